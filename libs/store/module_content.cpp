#include "store/module_content.hpp"

#include "base/route.hpp"
#include "base/tags.hpp"
#include "store/secret.hpp"

#include <boost/json.hpp>

#include <exception>
#include <span>
#include <utility>

namespace lars::store {
namespace {

namespace json = boost::json;

constexpr std::size_t kEtagBytes = 8;

json::object object_of(const RouteRow& row) {
    json::array tags;
    const auto text = row.tags.value_or("");
    for_each_tag(text, [&tags](std::string_view tag) { tags.emplace_back(tag); });
    json::object object;
    object["host"] = row.host.empty() ? address_to_string(row.endpoint) : row.host;
    object["port"] = row.endpoint.port;
    object["weight"] = row.weight.value_or(kDefaultWeight);
    object["zone"] = row.zone.value_or("");
    object["tags"] = std::move(tags);
    return object;
}

std::string text_in(const json::value& value, const char* name) {
    return std::string(value.at(name).as_string());
}

// Throws what Boost.JSON throws, and std::bad_optional_access.
RouteRow row_of(ModuleId module, const json::value& value) {
    RouteRow row;
    row.module = module;
    const auto host = text_in(value, "host");
    const auto port = value.at("port").to_number<std::uint16_t>();
    const bool bracketed = host.find(':') != std::string::npos;
    const auto address = bracketed ? "[" + host + "]" : host;
    if (const auto endpoint = parse_endpoint(address + ":" + std::to_string(port))) {
        row.endpoint = *endpoint;
    } else {
        row.host = host;
        row.endpoint.port = port;
    }
    row.weight = value.at("weight").to_number<std::uint32_t>();
    row.zone = text_in(value, "zone");
    std::vector<std::string> tags;
    for (const auto& tag : value.at("tags").as_array()) tags.emplace_back(tag.as_string());
    row.tags = canonical_tags(std::move(tags)).value();
    return row;
}

}  // namespace

std::string json_of(const ModuleContent& content) {
    json::array endpoints;
    for (const auto& row : content.rows) endpoints.push_back(object_of(row));
    json::array splits;
    for (const auto& split : content.splits) {
        json::object object;
        object["tag"] = split.tag;
        object["share_millionths"] = split.share_millionths;
        splits.push_back(std::move(object));
    }
    json::object all;
    all["endpoints"] = std::move(endpoints);
    all["splits"] = std::move(splits);
    return json::serialize(all);
}

std::optional<ModuleContent> parse_content(ModuleId module, std::string_view json) {
    try {
        const auto all = json::parse(json::string_view(json.data(), json.size()));
        ModuleContent content;
        for (const auto& value : all.at("endpoints").as_array()) {
            content.rows.push_back(row_of(module, value));
        }
        for (const auto& value : all.at("splits").as_array()) {
            const auto share = value.at("share_millionths").to_number<std::uint32_t>();
            content.splits.push_back({module, text_in(value, "tag"), share});
        }
        return content;
    } catch (const std::exception&) {
        return {};
    }
}

std::string etag_of(const ModuleContent& content) {
    const auto hash = sha256_of(json_of(content));
    return hex_of(std::span(hash).first(kEtagBytes));
}

}  // namespace lars::store
