#pragma once

#include "store/route_row.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lars::admin {

/// Whether an address that no node has (why_uncallable) may be named: of a row to remove it may.
enum class Uncallable { refused, allowed };

/// A row with an IPv4 or IPv6 address, without brackets, or with a DNS name, in any case. Throws
/// std::invalid_argument with what is wrong, in words that follow "host ...".
store::RouteRow row_at(
    const std::string& host, std::uint16_t port, Uncallable uncallable = Uncallable::refused
);
/// "10.0.0.1:80", "[2001:db8::1]:80", "db.example:80". Throws std::invalid_argument with the whole
/// of what is wrong.
store::RouteRow parse_target(const std::string& text, Uncallable uncallable = Uncallable::refused);

}  // namespace lars::admin
