#include "admin/routes_file.hpp"

#include "base/route.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <optional>
#include <sstream>

namespace lars::admin {
namespace {

namespace json = boost::json;

constexpr const char* kByteOrderMark = "\xEF\xBB\xBF";
constexpr const char* kHeading = "modid,cmdid,host,port,weight";
constexpr const char* kOlderHeading = "modid,cmdid,host,port";
// modid, cmdid, host, port, weight; the last may be empty.
using Fields = std::array<std::string, 5>;

std::optional<std::int64_t> number(const std::string& text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

std::string trim(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string::npos) return "";
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

// Adds a row, or says what is wrong with it.
void add(ParsedRoutes& parsed, const std::string& where, const Fields& fields) {
    const auto modid = number(fields[0]);
    const auto cmdid = number(fields[1]);
    const auto in_range = [](const auto& id) { return id && *id >= 0 && *id <= INT32_MAX; };
    const auto endpoint = parse_endpoint(fields[2] + ':' + fields[3]);
    const auto weight = number(fields[4]);
    if (!in_range(modid) || !in_range(cmdid)) {
        parsed.errors.push_back(where + ": modid and cmdid are numbers from 0 to 2147483647");
    } else if (!endpoint) {
        parsed.errors.push_back(
            where + ": '" + fields[2] + ':' + fields[3] + "' is not an IPv4 address and a port"
        );
    } else if (!fields[4].empty() && (!weight || *weight < 0 || *weight > kMaxWeight)) {
        parsed.errors.push_back(
            where + ": weight '" + fields[4] + "' is not a number from 0 to " +
            std::to_string(kMaxWeight)
        );
    } else {
        const ModuleId id{static_cast<std::int32_t>(*modid), static_cast<std::int32_t>(*cmdid)};
        store::RouteRow row{id, *endpoint, {}};
        if (weight) row.weight = static_cast<std::uint32_t>(*weight);
        parsed.rows.push_back(row);
    }
}

ParsedRoutes parse_csv(const std::string& text) {
    ParsedRoutes parsed;
    std::istringstream lines(text.starts_with(kByteOrderMark) ? text.substr(3) : text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        line = trim(line);
        if (line.empty() || line[0] == '#' || line == kHeading || line == kOlderHeading) continue;
        if (line.back() == ',') line += ' ';  // an empty field at the end is one too
        Fields fields;
        std::istringstream cells(line);
        std::string cell;
        std::size_t count = 0;
        while (std::getline(cells, cell, ',')) {
            if (count < fields.size()) fields[count] = trim(cell);
            ++count;
        }
        const auto where = "line " + std::to_string(number);
        if (count != fields.size() && count != fields.size() - 1) {
            parsed.errors.push_back(where + ": expected modid,cmdid,host,port,weight");
        } else {
            add(parsed, where, fields);
        }
    }
    return parsed;
}

std::string text_of(const json::object& object, const char* key) {
    const auto* value = object.if_contains(key);
    if (!value) return "";
    return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

ParsedRoutes parse_json(const std::string& text) {
    ParsedRoutes parsed;
    boost::system::error_code error;
    const auto document = json::parse(text, error);
    if (error || !document.is_array()) {
        parsed.errors.push_back(error ? "not JSON: " + error.message() : "not a JSON array");
        return parsed;
    }
    int index = 0;
    for (const auto& element : document.get_array()) {
        const auto where = "element " + std::to_string(++index);
        if (!element.is_object()) {
            parsed.errors.push_back(where + ": not an object");
            continue;
        }
        const auto& object = element.get_object();
        add(parsed,
            where,
            {text_of(object, "modid"),
             text_of(object, "cmdid"),
             text_of(object, "host"),
             text_of(object, "port"),
             text_of(object, "weight")});
    }
    return parsed;
}

}  // namespace

Format format_of(const std::string& path) {
    return path.ends_with(".json") ? Format::json : Format::csv;
}

ParsedRoutes parse_routes(const std::string& text, Format format) {
    return format == Format::json ? parse_json(text) : parse_csv(text);
}

std::string format_routes(const std::vector<store::RouteRow>& rows, Format format) {
    if (format == Format::csv) {
        std::string text = std::string(kHeading) + '\n';
        for (const auto& row : rows) {
            text += std::to_string(row.module.modid) + ',' + std::to_string(row.module.cmdid) +
                    ',' + address_to_string(row.endpoint) + ',' +
                    std::to_string(row.endpoint.port) + ',' +
                    std::to_string(row.weight.value_or(kDefaultWeight)) + '\n';
        }
        return text;
    }
    json::array all;
    for (const auto& row : rows) {
        all.push_back(json::object{
            {"modid", row.module.modid},
            {"cmdid", row.module.cmdid},
            {"host", address_to_string(row.endpoint)},
            {"port", row.endpoint.port},
            {"weight", row.weight.value_or(kDefaultWeight)},
        });
    }
    return json::serialize(all) + '\n';
}

}  // namespace lars::admin
