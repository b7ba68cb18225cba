#include "admin/split_text.hpp"

#include <charconv>
#include <cmath>

namespace lars::admin {

std::optional<std::uint32_t> parse_share(std::string text) {
    if (text.ends_with('%')) text.pop_back();
    while (text.ends_with(' ')) text.pop_back();
    double percent = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, percent, std::chars_format::fixed);
    if (error != std::errc() || stop != end) return {};
    if (!(percent >= 0 && percent <= 100)) return {};
    const auto millionths = std::round(percent * 10'000);
    if (std::abs(millionths - percent * 10'000) > 1e-6) return {};
    return static_cast<std::uint32_t>(millionths);
}

std::string share_text(const store::SplitRow& split) {
    auto digits = std::to_string(split.share_millionths % 10'000 + 10'000).substr(1);
    while (digits.ends_with('0')) digits.pop_back();
    const auto whole = std::to_string(split.share_millionths / 10'000);
    return whole + (digits.empty() ? "" : "." + digits) + " %";
}

}  // namespace lars::admin
