#pragma once

#include "net/task_group.hpp"
#include "reporter/options.hpp"
#include "reporter/ready_store.hpp"
#include "reporter/status_board.hpp"
#include "reporter/store_health.hpp"

#include <atomic>
#include <functional>

namespace lars::reporter {

/// Keeps ServerCallStatus up to date. Runs on one executor.
class StatusWriter {
public:
    StatusWriter(
        net::asio::any_io_executor executor,
        const Options& options,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    void put(const Report& report);
    /// Until it is cancelled.
    net::Awaitable<> run();
    /// Writes what isn't written yet, trying until the deadline.
    net::Awaitable<> drain(net::Clock::time_point deadline);

private:
    using Take = std::function<std::vector<store::StatusRow>()>;

    /// What it takes is due again when it isn't written.
    net::Awaitable<bool> write(Take take);

    net::asio::any_io_executor executor_;
    const Options& options_;
    spdlog::logger& log_;
    StatusBoard board_;
    ReadyStore store_;
    StoreHealth health_;
    net::Counter& written_;
    net::Counter& refused_;
    std::atomic<std::size_t> held_{0};
};

}  // namespace lars::reporter
