#pragma once

#include "base/module_id.hpp"
#include "base/owner.hpp"
#include "store/engine/database.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::store {

/// How many instances of a module an owner has that serve, and how many serve at all.
struct OwnedShare {
    OwnerId owner{};
    ModuleId module;
    std::uint64_t serving = 0;  ///< of the owner
    std::uint64_t all = 0;      ///< of everybody, rows that people wrote among them
};

/// HeldExpiry's modid and cmdid of all modules: none that anybody can name.
inline constexpr std::uint64_t kAllModules = 0xFFFFFFFF;

/// Instances of an owner that is gone, and are to go too.
struct Expiry {
    OwnerId owner{};
    std::string host;
    /// Modules whose instances stay, because they are held.
    std::vector<ModuleId> except;
};

/// Why instances of an owner that is gone aren't taken away.
enum class HeldBecause {
    flood,      ///< too many owners went at once
    last_ones,  ///< they would be the module's last that serve, or more than half
};
/// "flood" or "last_ones".
const char* to_string(HeldBecause reason);

/// What is held of an owner: its instances of one module, or all.
struct HeldInstances {
    OwnerId owner{};
    std::optional<ModuleId> module;
    HeldBecause reason = HeldBecause::flood;
    std::string host{};
    std::chrono::microseconds held_for{0};
    bool confirmed = false;  ///< somebody said that they may go
};

/// What is taken away of owners that are gone, and what isn't.
class Expiries {
public:
    explicit Expiries(Database& database) : database_(database) {}

    /// Of all modules of which one of these has an instance.
    Awaitable<Result<std::vector<OwnedShare>>> shares(std::vector<OwnerId> owners);
    /// Holds what isn't held yet.
    Awaitable<Result<void>> hold(std::vector<HeldInstances> held);
    Awaitable<Result<std::vector<HeldInstances>>> held();
    /// Removes instances of owners that are gone for a lease still, with audit entries that say
    /// why, and what was held of them. Answers of how many owners.
    Awaitable<Result<std::size_t>> expire(
        std::vector<Expiry> expiries, std::string why, std::chrono::microseconds lease
    );

private:
    Database& database_;
};

/// In the caller's transaction: what is held may go.
Awaitable<> confirm_held(Connection& connection);

}  // namespace lars::store
