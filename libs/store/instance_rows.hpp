#pragma once

#include "base/instance.hpp"
#include "base/owner.hpp"
#include "store/engine/dialect.hpp"
#include "store/engine/parameters.hpp"
#include "store/engine/table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lars::store {

/// An instance as a row: of one module, by its ids.
struct OwnedRow {
    OwnerId owner{};
    ModuleId module;
    Endpoint endpoint;
    std::uint32_t weight = kDefaultWeight;
    std::string zone;
    std::string tags;
    InstanceState state = InstanceState::serves;
    std::string reason;

    auto key() const { return std::tie(owner, module, endpoint); }
    /// RouteData holds IPv4 addresses that serve; RouteMore the others.
    bool in_route_data() const { return state == InstanceState::serves && endpoint.is_ipv4(); }
    friend bool operator==(const OwnedRow&, const OwnedRow&) = default;
};

/// One that stands in a table.
struct PresentOwnedRow {
    std::uint64_t id = 0;
    bool in_route_data = false;  ///< where it stands, whatever it says
    OwnedRow row;
};

/// How rows of owners are found and edited in one of the two tables, several by a statement.
struct OwnedTableSql {
    std::string (*select)(const Dialect& dialect, std::size_t rows);  ///< by owner and endpoint
    std::string (*select_of)(const Dialect& dialect, std::size_t owners);  ///< all of some owners
    std::string (*insert)(const Dialect& dialect, std::size_t rows);
    std::string (*update)(const Dialect& dialect, std::size_t rows);  ///< `since` as it is
    std::string (*remove)(const Dialect& dialect, std::size_t rows);  ///< by id
    void (*encode_key)(const OwnedRow& row, Parameters& parameters);
    void (*encode_insert)(const OwnedRow& row, Parameters& parameters);
    void (*encode_update)(const PresentOwnedRow& row, Parameters& parameters);
    bool route_data;
};

/// RouteData's and RouteMore's.
const std::vector<OwnedTableSql>& owned_tables();

void encode(const OwnerId& owner, Parameters& parameters);
inline void encode_owner(const OwnerId& owner, Parameters& parameters) {
    encode(owner, parameters);
}
inline void encode_owned_id(const PresentOwnedRow& row, Parameters& parameters) {
    parameters.add(row.id);
}
/// What the selects read.
std::vector<PresentOwnedRow> decode_owned(const TextTable& table, bool in_route_data);

}  // namespace lars::store
