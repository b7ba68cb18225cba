#pragma once

#include <cstdint>

namespace lars::agent {

/// The IPv4 address, in host order, by which this host is told from others: that of its first
/// interface that is up and isn't the loopback; 127.0.0.1 when there is none.
std::uint32_t detect_host_address();

}  // namespace lars::agent
