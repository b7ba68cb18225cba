#pragma once

#include "metrics/registry.hpp"
#include "reporter/alarms/alarm_evaluator.hpp"
#include "reporter/alarms/alert_sender.hpp"
#include "reporter/name_reader.hpp"
#include "reporter/store_clock.hpp"
#include "reporter/store_health.hpp"
#include "runtime/task_group.hpp"
#include "store/alarms.hpp"
#include "store/call_history.hpp"
#include "store/call_status.hpp"
#include "store/leases.hpp"
#include "store/ready_database.hpp"

#include <atomic>
#include <map>
#include <optional>
#include <string>

namespace lars::reporter {

/// Judges alarms while this reporter has the lease to do so, which one of all on a database has:
/// reads the rules and the calls, evaluates them, and has alerts sent. Each reading has its time
/// from the database, so that it doesn't matter which reporter judges. Uses a connection to the
/// store of its own. Runs on one executor.
class AlarmWatch {
public:
    AlarmWatch(
        asio::any_io_executor executor,
        const store::Url& store,
        const AlarmOptions& options,
        StoreClock& clock,
        const NameReader& names,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    void start();
    /// Delivers what it can until the deadline, and gives the lease back.
    Awaitable<> stop(Clock::time_point deadline);
    /// What is wrong with the store, and since when; any thread.
    std::optional<std::string> trouble() const { return health_.trouble(); }

private:
    Awaitable<> run();
    Awaitable<store::Result<void>> round();
    Awaitable<store::Result<bool>> take_duty();
    Awaitable<store::Result<AlarmReading>> read();
    void name(std::vector<Alarm>& alarms);
    void log_changes(const AlarmNews& news);
    void drop_duty();
    Awaitable<> release();
    std::chrono::milliseconds pause() const;

    asio::any_io_executor executor_;
    std::chrono::milliseconds interval_;
    std::chrono::seconds lease_;
    StoreClock& clock_;
    const NameReader& names_;
    // Of alarms that fire, as they were called then: another label would make another alert.
    std::map<store::AlarmKey, std::string> named_;
    spdlog::logger& log_;
    std::string self_;
    store::ReadyDatabase database_;
    store::DatabaseClock database_clock_{*database_};
    store::Alarms alarms_{*database_};
    store::CallHistory history_{*database_};
    store::CallStatus status_{*database_};
    store::Leases leases_{*database_};
    StoreHealth health_;
    AlertSender sender_;
    std::optional<AlarmEvaluator> evaluator_;  // while the duty is ours
    Clock::time_point ours_until_{};
    std::size_t unusable_ = 0;
    metrics::Counter& refused_;
    std::atomic<std::size_t> firing_{0};
    std::atomic<bool> on_duty_{false};
    runtime::Event released_;
    runtime::TaskGroup tasks_;
};

}  // namespace lars::reporter
