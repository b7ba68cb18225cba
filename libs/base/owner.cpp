#include "base/owner.hpp"

#include <charconv>
#include <system_error>

namespace lars {

std::string to_hex(const OwnerId& owner) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const auto byte : owner) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

std::optional<OwnerId> owner_from_hex(std::string_view digits) {
    OwnerId owner{};
    if (digits.size() != 2 * owner.size()) return {};
    for (std::size_t i = 0; i < owner.size(); ++i) {
        const auto* const begin = digits.data() + 2 * i;
        const auto [stop, error] = std::from_chars(begin, begin + 2, owner[i], 16);
        if (error != std::errc() || stop != begin + 2) return {};
    }
    return owner;
}

std::string short_text(const OwnerId& owner) {
    return to_hex(owner).substr(0, 8);
}

}  // namespace lars
