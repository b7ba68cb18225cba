#include "console/endpoints_json.hpp"

#include "admin/route_target.hpp"
#include "base/host_name.hpp"
#include "base/route.hpp"
#include "base/tags.hpp"
#include "base/zone.hpp"
#include "console/bad_request.hpp"
#include "console/json_fields.hpp"

#include <map>

namespace lars::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxTags = 64;

store::RouteRow parse_endpoint(const json::value& value, const std::string& prefix) {
    const auto* object = value.if_object();
    if (!object) throw BadRequest(prefix, "is not an object");
    JsonFields fields(*object, prefix + '.');
    const auto host = fields.text("host", kMaxHostName);
    const auto port = static_cast<std::uint16_t>(fields.number("port", 1, 65'535));
    store::RouteRow row;
    try {
        row = admin::row_at(host, port);
    } catch (const std::invalid_argument& why) {
        throw BadRequest(fields.path("host"), why.what());
    }
    row.weight = fields.number_or("weight", kDefaultWeight, 0, kMaxWeight);
    row.zone = fields.optional_text("zone", kMaxZoneLength);
    if (const auto why = why_no_zone(*row.zone); !why.empty()) {
        throw BadRequest(fields.path("zone"), std::string(why));
    }
    row.tags = canonical_tags(fields.texts("tags", kMaxTags, kMaxTagLength));
    if (!row.tags) {
        throw BadRequest(
            fields.path("tags"),
            "aren't key=value, each key once, of " + std::to_string(kMaxTagsLength) +
                " bytes together"
        );
    }
    fields.done();
    return row;
}

}  // namespace

std::vector<store::RouteRow> parse_endpoints(
    const json::array& list, const std::string& field, ModuleId module
) {
    std::vector<store::RouteRow> rows;
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto prefix = field + '[' + std::to_string(i) + ']';
        auto row = parse_endpoint(list[i], prefix);
        row.module = module;
        const auto [first, fresh] = seen.try_emplace(target_of(row), i);
        if (!fresh) {
            throw BadRequest(
                prefix + ".host",
                target_of(row) + " stands in entry " + std::to_string(first->second) + ", too"
            );
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

json::object endpoint_json(const store::RouteRow& row) {
    json::array tags;
    const std::string all = row.tags.value_or("");
    for_each_tag(all, [&](std::string_view tag) { tags.emplace_back(tag); });
    return {
        {"host", row.host.empty() ? address_to_string(row.endpoint) : row.host},
        {"port", row.endpoint.port},
        {"weight", row.weight.value_or(kDefaultWeight)},
        {"zone", row.zone.value_or("")},
        {"tags", std::move(tags)}};
}

}  // namespace lars::console
