#pragma once

#include "base/host_lookup.hpp"
#include "runtime/asio.hpp"

#include <string>
#include <vector>

namespace lars::runtime {

/// What became of looking a host's name up.
struct Resolved {
    error_code error;                          ///< set exactly when there are no addresses
    std::vector<asio::ip::address> addresses;  ///< in the order in which they should be tried
};

/// Looks a name up, and gives up at the deadline or when it is cancelled: a name server that
/// doesn't answer holds up this call only. A numeric address, with or without brackets, is answered
/// at once. `host` must outlive the call.
Awaitable<Resolved> resolve(
    asio::any_io_executor executor,
    const std::string& host,
    Clock::time_point deadline,
    HostLookup& lookup = HostLookup::of_process()
);

}  // namespace lars::runtime
