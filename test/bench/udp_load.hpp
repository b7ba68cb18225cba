#pragma once

#include <cstdint>
#include <string>

namespace lars::bench {

/// Keeps `outstanding` copies of a datagram on their way to a loopback port and back, until
/// `count` answers have come. Returns the wall time in microseconds. Throws when answers stop.
double exchange(std::uint16_t port, const std::string& datagram, int outstanding, int count);

}  // namespace lars::bench
