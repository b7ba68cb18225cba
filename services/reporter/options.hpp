#pragma once

#include "config/option_set.hpp"
#include "net/tcp_server.hpp"
#include "reporter/alarm_options.hpp"
#include "store/url.hpp"

#include <chrono>

namespace lars::reporter {

struct Options {
    Endpoint listen = Endpoint::from_ipv4(0x7F000001, 7779);
    store::Url store;
    std::uint32_t max_connections = 10'000;
    std::chrono::milliseconds flush_interval{1'000};
    /// Rows that wait for the store, each key once; further keys are refused and counted.
    std::uint32_t queue_rows = 200'000;
    std::chrono::milliseconds drain_timeout{5'000};
    net::SessionOptions session;
    AlarmOptions alarms;
};

void describe(config::OptionSet& set, Options& options);

}  // namespace lars::reporter
