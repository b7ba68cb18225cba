#pragma once

#include "app/option_set.hpp"
#include "dns/route_table.hpp"
#include "net/tcp_server.hpp"
#include "store/engine/url.hpp"

#include <chrono>
#include <string>

namespace lars::dns {

/// What one dns is configured with.
struct Options {
    Endpoint listen = Endpoint::from_ipv4(0x7F000001, 7778);
    store::Url store;
    std::uint32_t max_connections = 20'000;
    /// Modules of one session; requests for more are answered, but their changes aren't pushed.
    std::uint32_t max_subscriptions = 20'000;
    std::chrono::milliseconds poll_interval{20};
    /// How often the whole table is compared, in case the change feed missed something.
    std::chrono::milliseconds compare_interval{60'000};
    /// How many rows may vanish at once beyond those that the log explains.
    Guard guard;
    /// Entries of RouteLog are kept this long. A dns that was away for longer loads everything.
    std::chrono::milliseconds log_keep{std::chrono::hours(24 * 7)};
    /// Whom to ask for hosts that are endpoints, "10.0.0.2,10.0.0.3:53"; empty: as the system does.
    std::string name_servers;
    /// How long an instance outlives the last sign of the agent that registered it.
    std::chrono::milliseconds lease{3'000};
    /// Which services agents may register, "batch-*"; "*": all.
    std::string register_services = "*";
    /// Where others tell this dns to look at the store, if not where it listens.
    std::string look_address;
    std::uint32_t max_unknown_subscriptions = 2'000;  ///< modules of one session without a route
    /// Contexts that serve sessions, from the runtime's first; the feed has its last.
    std::uint32_t threads = 1;
    net::SessionOptions session{.high_water = 4 << 20};
};

/// The options of lars-dns, besides those of every service.
void describe(app::OptionSet& set, Options& options);

}  // namespace lars::dns
