#include "store/rows.hpp"

#include <algorithm>
#include <limits>
#include <map>

namespace lars::store {
namespace {

constexpr std::uint64_t kMostId = std::numeric_limits<std::int32_t>::max();
constexpr std::uint64_t kMostAddress = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kMostPort = std::numeric_limits<std::uint16_t>::max();

ModuleId module_of(std::span<const std::uint64_t> row) {
    return {static_cast<std::int32_t>(row[0]), static_cast<std::int32_t>(row[1])};
}

std::uint32_t narrow(std::uint64_t value) {
    return static_cast<std::uint32_t>(std::min(value, kMostAddress));
}

std::map<ModuleId, Route> group(const std::vector<RouteRow>& rows, std::uint64_t version) {
    std::map<ModuleId, Route> routes;
    for (const auto& row : rows) {
        auto& route = routes[row.module];
        route.module = row.module;
        route.version = version;
        route.endpoints.push_back({row.endpoint, kDefaultWeight, ""});
    }
    for (auto& [id, route] : routes) canonicalize(route);
    return routes;
}

std::vector<Route> values_of(std::map<ModuleId, Route> routes) {
    std::vector<Route> all;
    all.reserve(routes.size());
    for (auto& [id, route] : routes) all.push_back(std::move(route));
    return all;
}

}  // namespace

std::vector<RouteRow> decode_route_rows(const Table& table, std::size_t& skipped) {
    std::vector<RouteRow> rows;
    rows.reserve(table.rows());
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const bool good = row[0] <= kMostId && row[1] <= kMostId && row[2] <= kMostAddress &&
                          row[3] >= 1 && row[3] <= kMostPort;
        if (!good) {
            ++skipped;
            continue;
        }
        const auto port = static_cast<std::uint16_t>(row[3]);
        const auto endpoint = Endpoint::from_ipv4(static_cast<std::uint32_t>(row[2]), port);
        rows.push_back({module_of(row), endpoint});
    }
    return rows;
}

std::vector<Route> group_routes(const std::vector<RouteRow>& rows, std::uint64_t version) {
    return values_of(group(rows, version));
}

std::vector<Route> routes_of_modules(
    const Table& modules, const std::vector<RouteRow>& rows, std::uint64_t version
) {
    auto routes = group(rows, version);
    for (std::size_t i = 0; i < modules.rows(); ++i) {
        const auto row = modules.row(i);
        if (row[0] > kMostId || row[1] > kMostId) continue;
        auto& route = routes[module_of(row)];
        route.module = module_of(row);
        route.version = version;
    }
    return values_of(std::move(routes));
}

std::vector<StatusRow> decode_status_rows(const Table& table) {
    std::vector<StatusRow> rows;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        const auto row = table.row(i);
        const auto port = static_cast<std::uint16_t>(row[3]);
        rows.push_back({
            .module = module_of(row),
            .endpoint = Endpoint::from_ipv4(narrow(row[2]), port),
            .caller = narrow(row[4]),
            .successes = narrow(row[5]),
            .failures = narrow(row[6]),
            .timestamp = narrow(row[7]),
            .overload = row[8] != 0,
        });
    }
    return rows;
}

std::vector<std::uint64_t> encode_route_row(const RouteRow& row) {
    return {
        static_cast<std::uint64_t>(row.module.modid),
        static_cast<std::uint64_t>(row.module.cmdid),
        row.endpoint.ipv4(),
        row.endpoint.port};
}

std::vector<std::uint64_t> encode_status_row(const StatusRow& row) {
    auto values = encode_route_row({row.module, row.endpoint});
    const std::uint64_t overload = row.overload ? 1 : 0;
    for (const std::uint64_t value :
         {std::uint64_t{row.caller},
          std::uint64_t{row.successes},
          std::uint64_t{row.failures},
          std::uint64_t{row.timestamp},
          overload}) {
        values.push_back(value);
    }
    return values;
}

Result<void> check_storable(const std::vector<RouteRow>& rows) {
    for (const auto& row : rows) {
        if (!row.module.valid()) {
            return Error{ErrorKind::invalid, "module " + to_string(row.module) + ": negative id"};
        }
        if (!row.endpoint.is_ipv4() || row.endpoint.port == 0) {
            return Error{
                ErrorKind::invalid,
                "endpoint " + to_string(row.endpoint) +
                    ": RouteData holds IPv4 addresses with a port only"};
        }
    }
    return {};
}

bool log_reaches_back(std::uint64_t since, std::uint64_t current, std::uint64_t oldest) {
    if (since == current) return true;
    if (since > current || oldest == 0) return false;
    return oldest <= since + 1;
}

}  // namespace lars::store
