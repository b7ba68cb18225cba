#include "app/value.hpp"

#include <array>
#include <charconv>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace lars::app {
namespace {

constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};

template <class T>
std::optional<T> whole(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return value;
}

}  // namespace

std::uint32_t parse_number(std::string_view text, Range<std::uint32_t> range) {
    const auto value = whole<std::uint32_t>(text);
    if (!value || *value < range.min || *value > range.max) {
        throw std::invalid_argument(
            "a number from " + std::to_string(range.min) + " to " + std::to_string(range.max)
        );
    }
    return *value;
}

double parse_real(std::string_view text, Range<double> range) {
    const auto value = whole<double>(text);
    if (!value || !(*value >= range.min && *value <= range.max)) {
        throw std::invalid_argument(
            "a number from " + format_real(range.min) + " to " + format_real(range.max)
        );
    }
    return *value;
}

std::chrono::milliseconds parse_duration(
    std::string_view text,
    Range<std::chrono::milliseconds> range,
    std::optional<std::chrono::milliseconds> bare_unit
) {
    const auto digits = text.substr(0, text.find_first_not_of("0123456789"));
    const auto unit = text.substr(digits.size());
    std::int64_t scale = unit.empty() && bare_unit ? bare_unit->count() : 0;
    if (text == "0") scale = 1;  // nothing is nothing in any unit
    for (const auto& [name, length] : kUnits) {
        if (unit == name) scale = length;
    }
    const auto count = whole<std::uint32_t>(digits);
    const std::chrono::milliseconds value(count ? std::int64_t{*count} * scale : 0);
    if (!count || scale == 0 || value < range.min || value > range.max) {
        throw std::invalid_argument(
            "a duration such as 200ms, 15s, 2m or 1h, from " + format_duration(range.min) + " to " +
            format_duration(range.max)
        );
    }
    return value;
}

Endpoint parse_address(std::string_view text) {
    const bool bare_v6 = text.find(':') != std::string_view::npos && !text.starts_with('[');
    auto whole = bare_v6 ? '[' + std::string(text) + ']' : std::string(text);
    const auto endpoint = parse_endpoint(whole += ":0", PortZero::allowed);
    if (!endpoint) throw std::invalid_argument("an address such as 127.0.0.1 or ::1");
    return *endpoint;
}

Endpoint parse_listen(std::string_view text) {
    const auto endpoint = parse_endpoint(text, PortZero::allowed);
    if (!endpoint) throw std::invalid_argument("an address and port such as 127.0.0.1:7778");
    return *endpoint;
}

std::string format_duration(std::chrono::milliseconds value) {
    for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
        if (value.count() % unit->second == 0 && value.count() != 0) {
            return std::to_string(value.count() / unit->second) + std::string(unit->first);
        }
    }
    return std::to_string(value.count()) + "ms";
}

std::string format_real(double value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

}  // namespace lars::app
