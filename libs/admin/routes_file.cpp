#include "admin/routes_file.hpp"

#include "admin/routes_csv.hpp"
#include "admin/routes_json.hpp"
#include "base/route.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace lars::admin {
namespace {

namespace json = boost::json;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr const char* kHeading = "modid,cmdid,host,port,weight";

/// Why these bytes are no text that we read; empty when they are.
std::string why_unreadable(std::string_view text) {
    const auto zero = text.find('\0');
    const bool marked = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
    // In UTF-16, one byte of each letter of ours is 0.
    if (marked || zero < 2) return "it is UTF-16; save it as UTF-8";
    return zero == std::string_view::npos ? "" : "it isn't text";
}

std::string host_of(const store::RouteRow& row) {
    return row.host.empty() ? address_to_string(row.endpoint) : row.host;
}

// Tags have commas between them.
std::string cell(const std::string& text) {
    return text.find(',') == text.npos ? text : '"' + text + '"';
}

bool has_attributes(const store::RouteRow& row) {
    return !row.zone.value_or("").empty() || !row.tags.value_or("").empty();
}

std::string csv_of(const std::vector<store::RouteRow>& rows, const NamesById& names) {
    const bool attributes = std::ranges::any_of(rows, has_attributes);
    std::string text = kHeading;
    if (!names.empty()) text += ",name";
    if (attributes) text += ",zone,tags";
    text += '\n';
    for (const auto& row : rows) {
        text += std::to_string(row.module.modid) + ',' + std::to_string(row.module.cmdid) + ',' +
                host_of(row) + ',' + std::to_string(row.endpoint.port) + ',' +
                std::to_string(row.weight.value_or(kDefaultWeight));
        if (!names.empty()) text += ',' + name_of(row.module, names);
        if (attributes) text += ',' + row.zone.value_or("") + ',' + cell(row.tags.value_or(""));
        text += '\n';
    }
    return text;
}

std::string json_of(const std::vector<store::RouteRow>& rows, const NamesById& names) {
    json::array all;
    for (const auto& row : rows) {
        json::object object{
            {"modid", row.module.modid},
            {"cmdid", row.module.cmdid},
            {"host", host_of(row)},
            {"port", row.endpoint.port},
            {"weight", row.weight.value_or(kDefaultWeight)},
        };
        if (const auto& name = name_of(row.module, names); !name.empty()) object["name"] = name;
        if (const auto zone = row.zone.value_or(""); !zone.empty()) object["zone"] = zone;
        if (const auto tags = row.tags.value_or(""); !tags.empty()) object["tags"] = tags;
        all.push_back(std::move(object));
    }
    return json::serialize(all) + '\n';
}

}  // namespace

Format format_of(const std::string& path) {
    return path.ends_with(".json") ? Format::json : Format::csv;
}

ParsedRoutes parse_routes(std::string_view text, Format format) {
    ParsedRoutes parsed;
    if (const auto why = why_unreadable(text); !why.empty()) {
        parsed.refuse("line 1", why);
        return parsed;
    }
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    parsed = format == Format::json ? parse_json_routes(text) : parse_csv_routes(text);
    if (parsed.count() == 0 && parsed.refused == 0) parsed.refuse("line 1", "there are no routes");
    return parsed;
}

std::string format_routes(
    const std::vector<store::RouteRow>& rows, Format format, const NamesById& names
) {
    return format == Format::csv ? csv_of(rows, names) : json_of(rows, names);
}

}  // namespace lars::admin
