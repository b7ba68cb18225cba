#pragma once

#include "dns/host_table.hpp"
#include "runtime/asio.hpp"

#include <chrono>
#include <string>

namespace lars::dns {

/// Whom to ask.
struct NameServers {
    /// "127.0.0.1:5353,[::1]:53"; empty: those of the system (resolv.conf, and before them the
    /// hosts file), read anew for each look-up.
    std::string servers;
    /// For the first answer; each further try of a server waits twice as long.
    std::chrono::milliseconds timeout{2'000};
    int tries = 2;  ///< of each server
};

/// All IPv4 and IPv6 addresses of a host, with the time for which its name servers vouch for them.
/// They are asked through c-ares, on the caller's executor and without blocking it: a server that
/// doesn't answer costs this call its time, and nobody else's. Ends early when it is cancelled.
Awaitable<HostRecords> look_up_host(
    asio::any_io_executor executor, std::string host, NameServers servers
);

}  // namespace lars::dns
