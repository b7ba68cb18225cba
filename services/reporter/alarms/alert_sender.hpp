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

/// Tells Alertmanagers and a webhook of alarms. Each has a queue of its own, with the latest news
/// of each alarm, and is tried until it takes them. Runs on one executor.
class AlertSender {
public:
    AlertSender(
        asio::any_io_executor executor,
        const AlarmOptions& options,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    void start();
    /// Tries to deliver what waits until the deadline.
    Awaitable<> stop(Clock::time_point deadline);

    /// All are told the news. Alertmanagers are told again of what fires, every minute.
    void tell(const AlarmNews& news, const std::vector<Alarm>& firing, AlarmTime now);
    /// Of alarms that are another reporter's to tell now.
    void forget();

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
    void put(Receiver& receiver, const Alarm& alarm, Notice::Phase phase, AlarmTime now);
    Awaitable<> deliver(Receiver& receiver);
    /// False: the receiver may take it later.
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
