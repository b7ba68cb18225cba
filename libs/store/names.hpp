#pragma once

#include "base/module_id.hpp"
#include "store/engine/connection.hpp"
#include "store/engine/database.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// The modid of modules that got their ids with their name. Their cmdids count up, and none is
/// given twice.
inline constexpr std::int32_t kNamedModid = 1 << 30;

/// A name, and the module that it stands for.
struct NamedModule {
    std::string name;
    ModuleId module;
    std::string target;  ///< the name that this one is an alias of; empty: it is none

    friend bool operator==(const NamedModule&, const NamedModule&) = default;
};

/// What became of an edit.
struct NameEdit {
    NamedModule named;
    bool changed = false;  ///< false: it was so already
};

struct NameRow {
    std::string name;
    ModuleId module;
    std::uint64_t created_at = 0;      ///< seconds since 1970
    std::vector<std::string> aliases;  ///< sorted
};

/// Names of modules as people edit them. A name stands for one module, and a module has at most one
/// name; further ones are aliases of that. Each edit is all or nothing, and an error says what is
/// in its way.
class Names {
public:
    explicit Names(Database& database) : database_(database) {}

    /// Names a module; without one, a new module whose ids are given now.
    Awaitable<Result<NameEdit>> add(std::string name, std::optional<ModuleId> module);
    /// A further name for the module of `target`.
    Awaitable<Result<NameEdit>> add_alias(std::string name, std::string target);
    /// Aliases too. None: no module has this name.
    Awaitable<Result<std::optional<NamedModule>>> resolve(std::string name);
    /// All, by name. What stands for nothing is left out, such as a text that is no name.
    Awaitable<Result<std::vector<NameRow>>> list();
    /// The old name stays, as an alias of the new one.
    Awaitable<Result<NameEdit>> rename(std::string from, std::string to);
    /// Lets a name, and its aliases with it, stand for another module.
    Awaitable<Result<NameEdit>> point(std::string name, ModuleId module);
    /// Removes a name with its aliases, or one alias. Answers how many names are gone, at least 1.
    Awaitable<Result<std::size_t>> remove(std::string name);

private:
    Database& database_;
};

// In the caller's transaction, which has locked the routes (lock_routes). They throw Failure.

Awaitable<std::optional<NamedModule>> find_name(Connection& connection, std::string name);
/// As Names::add.
Awaitable<NameEdit> add_name(
    Connection& connection, std::string name, std::optional<ModuleId> module
);

}  // namespace lars::store
