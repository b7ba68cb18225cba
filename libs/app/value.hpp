#pragma once

#include "base/endpoint.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lars::app {

/// What a number may be, both ends included.
template <class T>
struct Range {
    T min;
    T max;
};

// Each of these reads a whole text, and throws std::invalid_argument with what is allowed.
std::uint32_t parse_number(std::string_view text, Range<std::uint32_t> range);
double parse_real(std::string_view text, Range<double> range);
/// "200ms", "15s", "2m", "1h", "0"; a bare number counts in `bare_unit`.
std::chrono::milliseconds parse_duration(
    std::string_view text,
    Range<std::chrono::milliseconds> range,
    std::optional<std::chrono::milliseconds> bare_unit
);
/// An IPv4 address, or an IPv6 address with brackets or without; its port is 0.
Endpoint parse_address(std::string_view text);
/// Port 0, any free port, is allowed: where a program listens.
Endpoint parse_listen(std::string_view text);

std::string format_duration(std::chrono::milliseconds value);
std::string format_real(double value);

}  // namespace lars::app
