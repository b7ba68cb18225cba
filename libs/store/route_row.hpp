#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "store/engine/parameters.hpp"
#include "store/engine/result.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lars::store {

/// One row of RouteData.
struct RouteRow {
    ModuleId module;
    Endpoint endpoint;
    /// 0 to kMaxWeight. None, of a row to put: what it has; kDefaultWeight when it is new.
    std::optional<std::uint32_t> weight;

    friend auto operator<=>(const RouteRow&, const RouteRow&) = default;
};

/// modid, cmdid, serverip, serverport, weight.
void encode(const RouteRow& row, Parameters& parameters);
/// The tables of the original hold IPv4 addresses only.
Result<void> check_storable(const std::vector<RouteRow>& rows);
/// Besides, that each is at an address that a node can have. Others may have written rows that
/// aren't, which can be removed all the same.
Result<void> check_servable(const std::vector<RouteRow>& rows);
/// Sorted, each endpoint of a module once, with the weight that was said last.
std::vector<RouteRow> each_once(const std::vector<RouteRow>& rows);
/// Those of them for which a weight is said.
std::vector<RouteRow> weighted(const std::vector<RouteRow>& rows);
/// That these rows aren't in the table.
Error not_there(const std::vector<RouteRow>& rows);

}  // namespace lars::store
