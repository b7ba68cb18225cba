#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "store/engine/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace lars::store {

/// An endpoint of a module as people write it. Of a row to put, what isn't said stays as it is, and
/// is kDefaultWeight, no zone and no tags where the row is new.
struct RouteRow {
    ModuleId module;
    Endpoint endpoint;                    ///< with a host, its port only
    std::optional<std::uint32_t> weight;  ///< 0 to kMaxWeight
    /// A DNS name (base/host_name.hpp) whose addresses are the endpoints; empty: there is none.
    std::string host = {};
    std::optional<std::string> zone = {};  ///< as base/zone.hpp has it
    std::optional<std::string> tags = {};  ///< canonical, as base/tags.hpp has it

    friend auto operator<=>(const RouteRow&, const RouteRow&) = default;

    /// Rows with the same key are the same endpoint.
    auto key() const { return std::tie(module, endpoint, host); }
    /// RouteData, which others may read, holds IPv4 addresses; RouteMore the others, and hosts.
    bool in_route_data() const { return host.empty() && endpoint.is_ipv4(); }
};

/// "10.0.0.1:80", "[2001:db8::1]:80" or "db.example:80".
std::string target_of(const RouteRow& row);

/// Whether the tables can hold the rows.
Result<void> check_storable(const std::vector<RouteRow>& rows);
/// Besides, that each is at an address that a node can have. Others may have written rows that
/// aren't, which can be removed all the same.
Result<void> check_servable(const std::vector<RouteRow>& rows);
/// Sorted, each endpoint of a module once, with what was said last.
std::vector<RouteRow> each_once(const std::vector<RouteRow>& rows);
/// That these rows aren't in the table.
Error not_there(const std::vector<RouteRow>& rows);

}  // namespace lars::store
