#pragma once

#include "config/option_set.hpp"
#include "net/tcp_server.hpp"
#include "store/url.hpp"

#include <chrono>

namespace lars::dns {

struct Options {
    Endpoint listen = Endpoint::from_ipv4(0x7F000001, 7778);
    store::Url store;
    std::uint32_t max_connections = 10'000;
    /// Of one session; requests above it are answered, but later changes aren't pushed.
    std::uint32_t max_subscriptions = 20'000;
    std::chrono::milliseconds poll_interval{100};
    /// The whole table is compared this often, in case the change feed missed something.
    std::chrono::milliseconds compare_interval{60'000};
    net::SessionOptions session;
};

void describe(config::OptionSet& set, Options& options);

}  // namespace lars::dns
