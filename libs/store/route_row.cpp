#include "store/route_row.hpp"

#include "base/route.hpp"
#include "store/module_condition.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

namespace lars::store {
namespace {

Error refuse(const std::string& why) {
    return {ErrorKind::invalid, why};
}

}  // namespace

void encode(const RouteRow& row, Parameters& parameters) {
    encode(row.module, parameters);
    parameters.add(row.endpoint.ipv4()).add(row.endpoint.port);
    parameters.add(row.weight.value_or(kDefaultWeight));
}

Result<void> check_storable(const std::vector<RouteRow>& rows) {
    for (const auto& row : rows) {
        if (!row.module.valid()) {
            return refuse("module " + to_string(row.module) + ": negative id");
        }
        if (!row.endpoint.is_ipv4() || row.endpoint.port == 0) {
            return refuse(
                "endpoint " + to_string(row.endpoint) +
                ": RouteData holds IPv4 addresses with a port only"
            );
        }
        if (row.weight.value_or(0) > kMaxWeight) {
            return refuse(
                "weight " + std::to_string(*row.weight) + " is not from 0 to " +
                std::to_string(kMaxWeight)
            );
        }
    }
    return {};
}

Result<void> check_servable(const std::vector<RouteRow>& rows) {
    for (const auto& row : rows) {
        const auto why = why_uncallable(row.endpoint);
        if (why.empty()) continue;
        return refuse(
            "endpoint " + to_string(row.endpoint) +
            ": no node has this address: " + std::string(why)
        );
    }
    return check_storable(rows);
}

std::vector<RouteRow> each_once(const std::vector<RouteRow>& rows) {
    std::map<std::pair<ModuleId, Endpoint>, std::optional<std::uint32_t>> weights;
    for (const auto& row : rows) {
        auto& weight = weights[{row.module, row.endpoint}];
        if (row.weight) weight = row.weight;
    }
    std::vector<RouteRow> once;
    once.reserve(weights.size());
    for (const auto& [key, weight] : weights) once.push_back({key.first, key.second, weight});
    return once;
}

std::vector<RouteRow> weighted(const std::vector<RouteRow>& rows) {
    std::vector<RouteRow> said;
    const auto has_weight = [](const RouteRow& row) { return row.weight.has_value(); };
    std::copy_if(rows.begin(), rows.end(), std::back_inserter(said), has_weight);
    return said;
}

Error not_there(const std::vector<RouteRow>& rows) {
    std::string names;
    for (const auto& row : rows) {
        names += (names.empty() ? "" : ", ") + to_string(row.endpoint) + " of module " +
                 to_string(row.module);
    }
    return {ErrorKind::invalid, "not in the table, so nothing is changed: " + names};
}

}  // namespace lars::store
