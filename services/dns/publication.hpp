#pragma once

#include "dns/route_table.hpp"
#include "runtime/asio.hpp"

namespace lars::dns {

/// What is held just now, for people.
struct HeldReport {
    std::vector<HeldModule> modules;
    std::uint64_t version = 0;
    bool doubtful = false;  ///< a module that isn't here may have been lost
};

/// What the feed publishes.
struct Publication {
    std::vector<RoutePtr> routes;
    std::shared_ptr<const HeldReport> held;
    /// When the oldest of the changes was made in the database, as far as its clock tells.
    Clock::time_point made;
};

}  // namespace lars::dns
