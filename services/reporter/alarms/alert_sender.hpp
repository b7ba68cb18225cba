#pragma once

#include "app/repeated_line.hpp"
#include "metrics/registry.hpp"
#include "reporter/alarms/alarm_options.hpp"
#include "reporter/alarms/alert_body.hpp"
#include "reporter/store_clock.hpp"
#include "runtime/backoff.hpp"
#include "runtime/task_group.hpp"

#include <memory>
#include <random>
#include <vector>

namespace lars::reporter {

/// Sends alerts to Alertmanagers and a webhook. Each receiver has a queue of its own, with the
/// latest state of each alarm, and is tried until it accepts them. Runs on one executor.
class AlertSender {
public:
    AlertSender(
        asio::any_io_executor executor,
        const AlarmOptions& options,
        const StoreClock& clock,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    void start();
    /// Tries, until the deadline, to deliver what waits.
    Awaitable<> stop(Clock::time_point deadline);

    /// Queues the news for all receivers. For Alertmanagers, what still fires is queued again every
    /// minute. `at`: by the database's clock.
    void notify(
        const AlarmNews& news, const std::vector<Alarm>& firing, AlarmTime at, Clock::time_point now
    );
    /// Drops what waits: another reporter sends it now.
    void clear();

private:
    enum class Kind { alertmanager, webhook };
    struct Receiver {
        Kind kind;
        http::Url url;
        runtime::Event news;
        runtime::Backoff backoff;
        metrics::Counter& sent;
        metrics::Counter& failed;
        metrics::Gauge& clock_difference;
        ClockDifference clock;
        Notices waiting;
        Notices in_flight;
        app::RepeatedLine troubles;
    };

    void add_receiver(Kind kind, http::Url url, metrics::Registry& metrics);
    void enqueue(Receiver& receiver, const Alarm& alarm, Notice::Phase phase, AlarmTime now);
    Awaitable<> deliver(Receiver& receiver);
    /// Sends what waits, up to a limit. False: it is to be tried again later.
    Awaitable<bool> post(Receiver& receiver);
    void note_failure(Receiver& receiver, const std::string& why);
    /// What the receiver's clock said when it answered. True: alerts were dated by another.
    bool note_clock(Receiver& receiver, store::UnixTime its);
    bool idle() const;

    asio::any_io_executor executor_;
    const StoreClock& clock_;
    spdlog::logger& log_;
    std::vector<std::unique_ptr<Receiver>> receivers_;
    runtime::Event delivered_;
    Clock::time_point repeat_at_{};
    std::mt19937 random_{std::random_device{}()};
    runtime::TaskGroup tasks_;
};

}  // namespace lars::reporter
