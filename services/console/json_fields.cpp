#include "console/json_fields.hpp"

#include "console/bad_request.hpp"

#include <algorithm>

namespace lars::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 8;

std::string text_of(const json::value& value, const std::string& path, std::size_t max) {
    const auto* text = value.if_string();
    if (!text) throw BadRequest(path, "is not a text");
    if (text->size() > max) {
        throw BadRequest(path, "is longer than " + std::to_string(max) + " bytes");
    }
    return std::string(*text);
}

}  // namespace

const json::value* JsonFields::find(const char* name) {
    read_.emplace_back(name);
    const auto* value = object_.if_contains(name);
    return value && !value->is_null() ? value : nullptr;
}

const json::value& JsonFields::need(const char* name) {
    const auto* value = find(name);
    if (!value) throw BadRequest(path(name), "is missing");
    return *value;
}

std::string JsonFields::text(const char* name, std::size_t max) {
    auto text = text_of(need(name), path(name), max);
    if (text.empty()) throw BadRequest(path(name), "is empty");
    return text;
}

std::string JsonFields::optional_text(const char* name, std::size_t max) {
    const auto* value = find(name);
    return value ? text_of(*value, path(name), max) : std::string();
}

std::uint32_t JsonFields::number(const char* name, std::uint32_t min, std::uint32_t max) {
    json::error_code error;
    const auto number = need(name).to_number<std::int64_t>(error);
    if (error || number < min || number > max) {
        throw BadRequest(
            path(name),
            "is not a whole number from " + std::to_string(min) + " to " + std::to_string(max)
        );
    }
    return static_cast<std::uint32_t>(number);
}

std::uint32_t JsonFields::number_or(
    const char* name, std::uint32_t otherwise, std::uint32_t min, std::uint32_t max
) {
    return find(name) ? number(name, min, max) : otherwise;
}

double JsonFields::real(const char* name, double min, double max) {
    json::error_code error;
    const auto number = need(name).to_number<double>(error);
    if (error || !(number >= min && number <= max)) {
        throw BadRequest(path(name), "is not a number in its range");
    }
    return number;
}

bool JsonFields::flag(const char* name) {
    const auto* value = find(name);
    if (!value) return false;
    if (!value->is_bool()) throw BadRequest(path(name), "is neither true nor false");
    return value->as_bool();
}

const json::array& JsonFields::array(const char* name, std::size_t max) {
    const auto* all = need(name).if_array();
    if (!all) throw BadRequest(path(name), "is not a list");
    if (all->size() > max) {
        throw BadRequest(path(name), "has more than " + std::to_string(max) + " entries");
    }
    return *all;
}

std::vector<std::string> JsonFields::texts(
    const char* name, std::size_t max_count, std::size_t max
) {
    std::vector<std::string> all;
    if (!has(name)) {
        read_.emplace_back(name);
        return all;
    }
    for (const auto& each : array(name, max_count)) {
        const auto where = path(name) + '[' + std::to_string(all.size()) + ']';
        all.push_back(text_of(each, where, max));
    }
    return all;
}

void JsonFields::none(const char* name) {
    if (find(name)) throw BadRequest(path(name), "goes with another field that is missing");
}

void JsonFields::done() const {
    for (const auto& field : object_) {
        const std::string name(field.key());
        if (std::find(read_.begin(), read_.end(), name) == read_.end()) {
            throw BadRequest(prefix_ + name, "is no field of this request");
        }
    }
}

json::object parse_body(const std::string& body) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = kMaxDepth;
    auto value = json::parse(body, error, {}, options);
    if (error) throw BadRequest("", "the body isn't JSON: " + error.message());
    if (!value.is_object()) throw BadRequest("", "the body isn't a JSON object");
    return std::move(value.as_object());
}

}  // namespace lars::console
