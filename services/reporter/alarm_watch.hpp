#pragma once

#include "net/metrics.hpp"
#include "net/task_group.hpp"
#include "reporter/alarm_evaluator.hpp"
#include "reporter/alert_sender.hpp"
#include "store/store.hpp"

#include <atomic>
#include <memory>
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
        store::Url store,
        const AlarmOptions& options,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    void start();
    /// Delivers what it can in a second, and leaves the duty to another reporter.
    net::Awaitable<> stop();

private:
    net::Awaitable<> run();
    net::Awaitable<store::Result<void>> round();
    net::Awaitable<store::Result<bool>> take_duty();
    net::Awaitable<store::Result<AlarmReading>> read();
    void log_news(const AlarmNews& news);
    void drop_duty();
    net::Awaitable<> release();
    std::chrono::milliseconds pause() const;
    void note_outcome(const store::Result<void>& outcome);

    net::asio::any_io_executor executor_;
    std::chrono::milliseconds interval_;
    std::chrono::seconds lease_;
    spdlog::logger& log_;
    std::unique_ptr<store::Store> store_;
    bool migrates_;
    std::string holder_;
    AlertSender sender_;
    std::optional<AlarmEvaluator> evaluator_;  // while the duty is ours
    net::Clock::time_point ours_until_{};
    std::string last_error_;
    std::size_t unusable_ = 0;
    net::Counter& failed_;
    net::Counter& refused_;
    std::atomic<std::size_t> firing_{0};
    std::atomic<bool> on_duty_{false};
    net::Event released_;
    net::TaskGroup tasks_;
};

}  // namespace lars::reporter
