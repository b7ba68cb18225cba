#include "base/tags.hpp"

#include <algorithm>
#include <utility>

namespace lars {
namespace {

constexpr std::size_t kMaxPart = 63;

bool key_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool value_character(char c) {
    return key_character(c) || c == '/' || c == ':' || c == '@' || c == '+';
}

std::string_view key_of(std::string_view tag) {
    return tag.substr(0, tag.find('='));
}

}  // namespace

std::string_view why_no_tag(std::string_view text) {
    const auto equals = text.find('=');
    if (equals == text.npos) return "it isn't key=value";
    const auto key = text.substr(0, equals);
    const auto value = text.substr(equals + 1);
    if (key.empty() || key.size() > kMaxPart || value.size() > kMaxPart) {
        return "the key must have 1 to 63 characters, and the value at most 63";
    }
    if (!std::ranges::all_of(key, key_character)) {
        return "a key is of letters, digits, '.', '_' and '-'";
    }
    if (!std::ranges::all_of(value, value_character)) {
        return "a value is of letters, digits, '.', '_', '-', '/', ':', '@' and '+'";
    }
    return "";
}

std::optional<std::string> canonical_tags(std::vector<std::string> tags) {
    std::ranges::sort(tags);
    const auto repeated = std::ranges::unique(tags);
    tags.erase(repeated.begin(), repeated.end());
    std::string text;
    std::string_view key;
    for (const auto& tag : tags) {
        if (!why_no_tag(tag).empty() || key_of(tag) == key) return std::nullopt;
        key = key_of(tag);
        if (!text.empty()) text += ',';
        text += tag;
    }
    if (text.size() > kMaxTagsLength) return std::nullopt;
    return text;
}

std::optional<std::string> canonical_tags(std::string_view text) {
    std::vector<std::string> tags;
    for_each_tag(text, [&](std::string_view tag) { tags.emplace_back(tag); });
    if (text.ends_with(',')) return std::nullopt;
    return canonical_tags(std::move(tags));
}

bool has_tag(std::string_view tags, std::string_view tag) {
    bool found = false;
    for_each_tag(tags, [&](std::string_view each) { found = found || each == tag; });
    return found;
}

}  // namespace lars
