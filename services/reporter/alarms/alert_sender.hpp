#pragma once

#include "metrics/registry.hpp"
#include "reporter/alarms/alarm_options.hpp"
#include "reporter/alarms/alert_body.hpp"
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
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    void start();
    /// Tries, until the deadline, to deliver what waits.
    Awaitable<> stop(Clock::time_point deadline);

    /// Queues the news for all receivers. For Alertmanagers, what still fires is queued again every
    /// minute.
    void notify(const AlarmNews& news, const std::vector<Alarm>& firing, AlarmTime now);
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
        Notices waiting;
        Notices in_flight;
        bool failing = false;
    };

    void add_receiver(Kind kind, http::Url url, metrics::Registry& metrics);
    void enqueue(Receiver& receiver, const Alarm& alarm, Notice::Phase phase, AlarmTime now);
    Awaitable<> deliver(Receiver& receiver);
    /// Sends what waits, up to a limit. False: it is to be tried again later.
    Awaitable<bool> post(Receiver& receiver);
    void note_failure(Receiver& receiver, const std::string& why);
    bool idle() const;

    asio::any_io_executor executor_;
    spdlog::logger& log_;
    std::vector<std::unique_ptr<Receiver>> receivers_;
    runtime::Event delivered_;
    AlarmTime repeat_at_{};
    std::mt19937 random_{std::random_device{}()};
    runtime::TaskGroup tasks_;
};

}  // namespace lars::reporter
