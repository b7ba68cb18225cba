#pragma once

#include "net/task_group.hpp"
#include "reporter/options.hpp"
#include "reporter/ready_store.hpp"
#include "reporter/store_health.hpp"

#include <string>

namespace lars::reporter {

/// Sums the history up by hour and day and removes what is older than it need be: of several
/// reporters on one database one at a time. Runs on one executor.
class Housekeeper {
public:
    Housekeeper(
        net::asio::any_io_executor executor,
        const Options& options,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    /// Until it is cancelled.
    net::Awaitable<> run();

private:
    net::Awaitable<store::Result<void>> keep_house();
    net::Awaitable<store::Result<void>> sum_up();
    net::Awaitable<store::Result<void>> prune();
    net::Awaitable<store::Result<bool>> on_duty();

    net::asio::any_io_executor executor_;
    const Options& options_;
    std::string self_;
    ReadyStore store_;
    StoreHealth health_;
    net::Counter& summed_;
    net::Counter& pruned_;
    net::Clock::time_point next_prune_{};
};

}  // namespace lars::reporter
