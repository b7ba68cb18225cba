#pragma once

#include "store/engine/database.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lars::store {

/// Which store this is, so that an empty, new or wrong one isn't taken for the one before.
struct StoreIdentity {
    /// 63 random bits, made once; 0: it has none, because it wasn't migrated, or lost them.
    std::uint64_t id = 0;
    /// Other stores, of which somebody has said that this one has taken their place; sorted.
    std::vector<std::uint64_t> adopted;

    bool has_adopted(std::uint64_t store) const;

    friend bool operator==(const StoreIdentity&, const StoreIdentity&) = default;
};

/// As people see a store's id: 16 hexadecimal digits.
std::string store_id_text(std::uint64_t id);

/// Gives the store an id, unless it has one.
Awaitable<> make_identity(Connection& connection);
Awaitable<StoreIdentity> read_identity(Connection& connection);
/// Adopts all stores whose routes agents have brought. Answers how many.
Awaitable<std::size_t> adopt_brought(Connection& connection);

/// A store that agents have routes of, and the highest version that they brought.
struct BroughtStore {
    std::uint64_t id = 0;
    std::uint64_t version = 0;

    friend auto operator<=>(const BroughtStore&, const BroughtStore&) = default;
};

/// The stores that are known to this one.
class StoreIdentities {
public:
    explicit StoreIdentities(Database& database) : database_(database) {}

    /// For the next confirmation, which adopts these stores, and raises this one's own version
    /// above what was brought of itself.
    Awaitable<Result<void>> note_brought(std::vector<BroughtStore> stores);

private:
    Database& database_;
};

}  // namespace lars::store
