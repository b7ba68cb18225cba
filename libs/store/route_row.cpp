#include "store/route_row.hpp"

#include "base/host_name.hpp"
#include "base/route.hpp"
#include "base/tags.hpp"
#include "base/zone.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace lars::store {
namespace {

Error refuse(const std::string& why) {
    return {ErrorKind::invalid, why};
}

// Empty: nothing.
std::string why_not_storable(const RouteRow& row) {
    if (!row.module.valid()) return "module " + to_string(row.module) + ": negative id";
    if (row.endpoint.port == 0) return "endpoint " + target_of(row) + ": the port is 0";
    if (!row.host.empty()) {
        const auto why = why_no_host_name(row.host);
        if (!why.empty()) return "host " + row.host + ": " + std::string(why);
    }
    if (row.weight.value_or(0) > kMaxWeight) {
        return "weight " + std::to_string(*row.weight) + " is not from 0 to " +
               std::to_string(kMaxWeight);
    }
    const auto zone = row.zone.value_or("");
    if (const auto why = why_no_zone(zone); !why.empty()) {
        return "zone " + zone + ": " + std::string(why);
    }
    const auto tags = row.tags.value_or("");
    if (canonical_tags(tags) != tags) {
        return "tags " + tags + ": they aren't sorted key=value with commas between";
    }
    return "";
}

template <class T>
void take_said(std::optional<T>& kept, const std::optional<T>& later) {
    if (later) kept = later;
}

}  // namespace

std::string target_of(const RouteRow& row) {
    if (row.host.empty()) return to_string(row.endpoint);
    return row.host + ':' + std::to_string(row.endpoint.port);
}

Result<void> check_storable(const std::vector<RouteRow>& rows) {
    for (const auto& row : rows) {
        if (const auto why = why_not_storable(row); !why.empty()) return refuse(why);
    }
    return {};
}

Result<void> check_servable(const std::vector<RouteRow>& rows) {
    for (const auto& row : rows) {
        const auto why = row.host.empty() ? why_uncallable(row.endpoint) : std::string_view();
        if (why.empty()) continue;
        return refuse(
            "endpoint " + target_of(row) + ": no node has this address: " + std::string(why)
        );
    }
    return check_storable(rows);
}

std::vector<RouteRow> each_once(const std::vector<RouteRow>& rows) {
    auto all = rows;
    std::ranges::stable_sort(all, {}, [](const RouteRow& row) { return row.key(); });
    std::vector<RouteRow> once;
    for (auto& row : all) {
        if (once.empty() || once.back().key() != row.key()) {
            once.push_back(std::move(row));
            continue;
        }
        take_said(once.back().weight, row.weight);
        take_said(once.back().zone, row.zone);
        take_said(once.back().tags, row.tags);
    }
    return once;
}

Error not_there(const std::vector<RouteRow>& rows) {
    std::string names;
    for (const auto& row : rows) {
        names +=
            (names.empty() ? "" : ", ") + target_of(row) + " of module " + to_string(row.module);
    }
    return {ErrorKind::invalid, "not in the table, so nothing is changed: " + names};
}

}  // namespace lars::store
