#pragma once

#include "net/metrics.hpp"
#include "net/task_group.hpp"
#include "reporter/alarms/alarm_evaluator.hpp"
#include "reporter/alarms/alert_sender.hpp"
#include "reporter/ready_store.hpp"
#include "reporter/store_health.hpp"

#include <atomic>
#include <optional>
#include <string>

namespace lars::reporter {

/// Looks after alarms, if no other reporter on this database does: reads the rules and the calls,
/// judges them, and has alerts sent. It has a connection to the store of its own. Runs on one
/// executor.
class AlarmWatch {
public:
    AlarmWatch(
        net::asio::any_io_executor executor,
        const store::Url& store,
        const AlarmOptions& options,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    void start();
    /// Delivers what it can until the deadline, and leaves the duty to another reporter.
    net::Awaitable<> stop(net::Clock::time_point deadline);

private:
    net::Awaitable<> run();
    net::Awaitable<store::Result<void>> round();
    net::Awaitable<store::Result<bool>> take_duty();
    net::Awaitable<store::Result<AlarmReading>> read();
    void log_news(const AlarmNews& news);
    void drop_duty();
    net::Awaitable<> release();
    std::chrono::milliseconds pause() const;

    net::asio::any_io_executor executor_;
    std::chrono::milliseconds interval_;
    std::chrono::seconds lease_;
    spdlog::logger& log_;
    std::string self_;
    ReadyStore store_;
    StoreHealth health_;
    AlertSender sender_;
    std::optional<AlarmEvaluator> evaluator_;  // while the duty is ours
    net::Clock::time_point ours_until_{};
    std::size_t unusable_ = 0;
    net::Counter& refused_;
    std::atomic<std::size_t> firing_{0};
    std::atomic<bool> on_duty_{false};
    net::Event released_;
    net::TaskGroup tasks_;
};

}  // namespace lars::reporter
