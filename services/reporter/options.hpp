#pragma once

#include "app/option_set.hpp"
#include "metrics/call_metrics.hpp"
#include "net/tcp_server.hpp"
#include "reporter/alarms/alarm_options.hpp"
#include "store/calls.hpp"
#include "store/url.hpp"

#include <chrono>

namespace lars::reporter {

struct Options {
    Endpoint listen = Endpoint::from_ipv4(0x7F000001, 7779);
    store::Url store;
    std::uint32_t max_connections = 10'000;
    std::chrono::milliseconds flush_interval{1'000};
    /// Results that may be on their way to the store, about 300 bytes each. An agent whose batch
    /// finds no room keeps it and sends it again.
    std::uint32_t queue_rows = 200'000;
    /// To the database, for call history; further ones are for the status and for housekeeping.
    std::uint32_t connections = 2;
    /// A row of ServerCallStatus is written this often at most.
    std::chrono::milliseconds status_interval{10'000};
    /// Such rows whose state is held, about 200 bytes each; further ones aren't shown.
    std::uint32_t status_rows = 500'000;
    store::Retention retention;
    metrics::CallMetrics::Limits call_metrics;
    std::chrono::milliseconds drain_timeout{5'000};
    net::SessionOptions session;
    AlarmOptions alarms;
};

void describe(app::OptionSet& set, Options& options);

}  // namespace lars::reporter
