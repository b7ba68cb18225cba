#pragma once

#include "app/option_set.hpp"
#include "dns/route_table.hpp"
#include "net/tcp_server.hpp"
#include "store/url.hpp"

#include <chrono>

namespace lars::dns {

struct Options {
    Endpoint listen = Endpoint::from_ipv4(0x7F000001, 7778);
    store::Url store;
    std::uint32_t max_connections = 20'000;
    /// Of one session; requests above it are answered, but later changes aren't pushed.
    std::uint32_t max_subscriptions = 20'000;
    std::chrono::milliseconds poll_interval{100};
    /// The whole table is compared this often, in case the change feed missed something.
    std::chrono::milliseconds compare_interval{60'000};
    /// Above what the log explains, how much may vanish at once.
    Guard guard;
    /// Entries of RouteLog are kept this long. A dns that was away for longer loads everything.
    std::chrono::milliseconds log_keep{std::chrono::hours(24 * 7)};
    std::uint32_t max_unknown_subscriptions = 2'000;
    /// Contexts that serve sessions, from the runtime's first; the feed has its last.
    std::uint32_t threads = 1;
    net::SessionOptions session{.high_water = 4 << 20};
};

void describe(app::OptionSet& set, Options& options);

}  // namespace lars::dns
