#include "base/host_name.hpp"

#include <algorithm>

namespace lars {
namespace {

constexpr std::size_t kMaxLabel = 63;

bool digit(char c) {
    return c >= '0' && c <= '9';
}

bool label_character(char c) {
    return (c >= 'a' && c <= 'z') || digit(c) || c == '-' || c == '_';
}

std::string_view why_no_label(std::string_view label) {
    if (label.empty()) return "there is nothing between two dots, or before the first one";
    if (label.size() > kMaxLabel) return "between two dots are at most 63 characters";
    if (!std::ranges::all_of(label, label_character)) {
        return "it isn't of small letters, digits, '-', '_' and dots";
    }
    if (label.front() == '-' || label.back() == '-') return "a '-' is next to a dot or the end";
    return "";
}

}  // namespace

std::string_view why_no_host_name(std::string_view text) {
    if (text.empty()) return "it is empty";
    if (text.size() > kMaxHostName) return "it is longer than 253 characters";
    for (auto rest = text;;) {
        const auto dot = rest.find('.');
        const auto label = rest.substr(0, dot);
        if (const auto why = why_no_label(label); !why.empty()) return why;
        if (dot != rest.npos) {
            rest.remove_prefix(dot + 1);
            continue;
        }
        return std::ranges::all_of(label, digit) ? "it ends with a number, as an address does" : "";
    }
}

std::string canonical_host_name(std::string_view text) {
    if (text.ends_with('.')) text.remove_suffix(1);
    std::string name(text);
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    std::ranges::transform(name, name.begin(), lower);
    return name;
}

}  // namespace lars
