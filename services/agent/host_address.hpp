#pragma once

#include "base/endpoint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::agent {

/// What the host has by itself: IPv4 addresses in host order, none of them loopback's.
struct HostInterfaces {
    struct Interface {
        std::string name;
        std::uint32_t ipv4 = 0;
    };

    std::optional<std::uint32_t> default_route;  ///< from which what goes far away leaves
    std::vector<Interface> up;                   ///< in the kernel's order
};

/// Asks the kernel; sends nothing.
HostInterfaces find_host_interfaces();

/// The IPv4 address by which this host is told from others in statistics: the configured one; else
/// the one by which it reaches dns, since there every agent of a fleet goes; else, as long as dns
/// isn't connected, is on the same host or is reached over IPv6, the one by which it reaches other
/// networks, that of the interface by which it last did, or its first. No I/O; belongs to one
/// thread.
class HostAddress {
public:
    explicit HostAddress(std::optional<std::uint32_t> configured) : configured_(configured) {}

    /// The local end of a new connection to dns. Whether the address is another one now.
    bool note_dns_session(const Endpoint& local);
    /// What the host has now. Whether the address is another one now.
    bool note_interfaces(const HostInterfaces& interfaces);

    /// In host order; 127.0.0.1 when nothing better is known.
    std::uint32_t ipv4() const { return chosen_.ipv4; }
    /// Whether nothing better than loopback was found, by which others may be called too.
    bool in_doubt() const;
    /// "this host is 192.0.2.20 in statistics: by that address it reaches dns"
    std::string describe() const;

private:
    struct Choice {
        std::uint32_t ipv4 = 0;
        const char* why = "";
    };

    bool choose();
    Choice best() const;

    std::optional<std::uint32_t> configured_;
    std::optional<std::uint32_t> to_dns_;
    HostInterfaces interfaces_;
    std::string usual_;  // the interface that had the default route when there was one
    Choice chosen_;
};

}  // namespace lars::agent
