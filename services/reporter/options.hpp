#pragma once

#include "app/option_set.hpp"
#include "metrics/call_metrics.hpp"
#include "net/tcp_server.hpp"
#include "reporter/alarms/alarm_options.hpp"
#include "store/call_rows.hpp"
#include "store/engine/url.hpp"

#include <chrono>

namespace lars::reporter {

/// What one reporter is configured with.
struct Options {
    Endpoint listen = Endpoint::from_ipv4(0x7F000001, 7779);
    store::Url store;
    std::uint32_t max_connections = 10'000;
    std::chrono::milliseconds flush_interval{1'000};
    /// Results that may be on their way to the store, about 300 bytes each. A batch above that is
    /// refused, and its agent sends it again later.
    std::uint32_t queue_rows = 200'000;
    /// Connections to the database for call history. The status, housekeeping and alarms have one
    /// each besides.
    std::uint32_t connections = 2;
    /// The shortest time between two writes of the same row of ServerCallStatus.
    std::chrono::milliseconds status_interval{10'000};
    /// Rows of ServerCallStatus that are kept up to date, about 200 bytes each; further ones aren't
    /// written.
    std::uint32_t status_rows = 500'000;
    store::Retention retention;
    metrics::CallMetrics::Limits call_metrics;
    std::chrono::milliseconds drain_timeout{5'000};
    net::SessionOptions session;
    AlarmOptions alarms;
};

/// The options of lars-reporter, besides those of every service.
void describe(app::OptionSet& set, Options& options);

}  // namespace lars::reporter
