#include "admin/routes_json.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace lars::admin {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

void add(ParsedRoutes& parsed, const std::string& where, const json::value& element) {
    if (!element.is_object()) {
        parsed.refuse(where, "not an object");
        return;
    }
    RouteTexts texts;
    for (const auto& [key, value] : element.get_object()) {
        const auto field = std::ranges::find(kRouteFields, std::string_view(key));
        if (field == kRouteFields.end()) {
            // Left aside, a misspelt weight would be none, and nobody would know.
            parsed.refuse(where, "there is no member " + quoted(key));
            return;
        }
        const auto index = static_cast<std::size_t>(field - kRouteFields.begin());
        texts[index] = text_of(value);
    }
    parsed.add(where, texts);
}

}  // namespace

ParsedRoutes parse_json_routes(std::string_view text) {
    ParsedRoutes parsed;
    json::parser parser;
    boost::system::error_code error;
    const auto read = parser.write_some(text, error);
    if (!error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
        error = json::error::extra_data;
    }
    if (error) {
        const auto line = std::ranges::count(text.substr(0, read), '\n') + 1;
        parsed.refuse("line " + std::to_string(line), "not JSON: " + error.message());
        return parsed;
    }
    const auto document = parser.release();
    if (!document.is_array()) {
        parsed.refuse("line 1", "not a JSON array");
        return parsed;
    }
    int index = 0;
    for (const auto& element : document.get_array()) {
        add(parsed, "element " + std::to_string(++index), element);
    }
    return parsed;
}

}  // namespace lars::admin
