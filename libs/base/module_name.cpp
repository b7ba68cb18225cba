#include "base/module_name.hpp"

#include <algorithm>

namespace lars {
namespace {

constexpr std::size_t kMaxLabel = 63;

bool digit(char c) {
    return c >= '0' && c <= '9';
}

bool allowed(char c) {
    return (c >= 'a' && c <= 'z') || digit(c) || c == '-';
}

std::string_view why_no_label(std::string_view label) {
    if (label.empty()) return "a part between dots is empty";
    if (label.size() > kMaxLabel) return "a part between dots has more than 63 characters";
    if (!std::ranges::all_of(label, allowed)) {
        return "names are of lower-case letters, digits, '-' and dots";
    }
    if (label.front() == '-' || label.back() == '-') return "a part begins or ends with '-'";
    return "";
}

}  // namespace

std::string_view why_no_name(std::string_view text) {
    if (text.empty()) return "it is empty";
    if (text.size() > kMaxNameLength) return "it has more than 200 characters";
    if (std::ranges::all_of(text, digit)) return "digits alone are an id";
    while (true) {
        const auto dot = text.find('.');
        const auto why = why_no_label(text.substr(0, dot));
        if (!why.empty() || dot == text.npos) return why;
        text = text.substr(dot + 1);
    }
}

}  // namespace lars
