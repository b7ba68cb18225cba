#include "base/zone.hpp"

#include <algorithm>

namespace lars {
namespace {

bool allowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool is_part(std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, allowed);
}

std::string_view region_of(std::string_view zone) {
    return zone.substr(0, zone.find('/'));
}

}  // namespace

std::string_view why_no_zone(std::string_view text) {
    if (text.empty()) return "";
    if (text.size() > kMaxZoneLength) return "it has more than 64 characters";
    const auto slash = text.find('/');
    const auto region = text.substr(0, slash);
    if (is_part(region) && (slash == text.npos || is_part(text.substr(slash + 1)))) return "";
    return "it isn't region/zone, of letters, digits, '.', '_' and '-'";
}

std::string_view to_string(Nearness nearness) {
    constexpr std::string_view kNames[kNearnessLevels] = {"same_zone", "same_region", "elsewhere"};
    return kNames[static_cast<std::size_t>(nearness)];
}

Nearness nearness(std::string_view a, std::string_view b) {
    if (a.empty() || region_of(a) != region_of(b)) return Nearness::elsewhere;
    const bool whole = a.find('/') != a.npos;
    return whole && a == b ? Nearness::same_zone : Nearness::same_region;
}

}  // namespace lars
