#pragma once

#include "reporter/caller_table.hpp"
#include "reporter/options.hpp"
#include "reporter/status_board.hpp"
#include "reporter/store_health.hpp"
#include "runtime/task_group.hpp"
#include "store/call_status.hpp"
#include "store/ready_database.hpp"

#include <atomic>
#include <functional>

namespace lars::reporter {

/// Keeps ServerCallStatus up to date. Runs on one executor.
class StatusWriter {
public:
    StatusWriter(
        asio::any_io_executor executor,
        const Options& options,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// An agent's session begins or ends: with these, agents of the same address are told apart.
    void enter(const wire::InstanceId& instance) { callers_.enter(instance); }
    void leave(const wire::InstanceId& instance) { callers_.leave(instance); }
    void put(Report report);
    /// Until it is cancelled.
    Awaitable<> run();
    /// Writes what isn't written yet, trying until the deadline.
    Awaitable<> drain(Clock::time_point deadline);
    /// What is wrong with the store, and since when; any thread.
    std::optional<std::string> trouble() const { return health_.trouble(); }

private:
    using Take = std::function<std::vector<store::StatusRow>()>;

    /// What it takes is due again when it isn't written.
    Awaitable<bool> write(Take take);
    std::uint32_t caller_of(const Report& report);

    asio::any_io_executor executor_;
    const Options& options_;
    spdlog::logger& log_;
    CallerTable callers_;
    StatusBoard board_;
    store::ReadyDatabase database_;
    store::CallStatus status_{*database_};
    StoreHealth health_;
    metrics::Counter& written_;
    metrics::Counter& refused_;
    std::atomic<std::size_t> held_{0};
    std::atomic<std::size_t> renamed_{0};
};

}  // namespace lars::reporter
