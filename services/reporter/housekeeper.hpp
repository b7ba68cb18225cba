#pragma once

#include "reporter/options.hpp"
#include "reporter/store_clock.hpp"
#include "reporter/store_health.hpp"
#include "runtime/task_group.hpp"
#include "store/call_history.hpp"
#include "store/leases.hpp"
#include "store/ready_database.hpp"

#include <string>

namespace lars::reporter {

/// Sums the history up by hour and day and removes what is older than it need be: of several
/// reporters on one database one at a time. The database's clock says what is old, and each of them
/// reads it here for its StoreClock; what is removed is old by agents' clocks, too. Runs on one
/// executor.
class Housekeeper {
public:
    Housekeeper(
        asio::any_io_executor executor,
        const Options& options,
        StoreClock& clock,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Until it is cancelled.
    Awaitable<> run();
    /// What is wrong with the store, and since when; any thread.
    std::optional<std::string> trouble() const { return health_.trouble(); }

private:
    Awaitable<store::Result<void>> keep_house();
    Awaitable<store::Result<void>> sum_up(store::UnixTime now);
    Awaitable<store::Result<void>> prune(store::UnixTime now);
    Awaitable<store::Result<bool>> take(const char* duty);

    asio::any_io_executor executor_;
    const Options& options_;
    StoreClock& clock_;
    std::string self_;
    store::ReadyDatabase database_;
    store::DatabaseClock database_clock_{*database_};
    store::CallHistory history_{*database_};
    store::Leases leases_{*database_};
    StoreHealth health_;
    metrics::Counter& summed_;
    metrics::Counter& pruned_;
    Clock::time_point next_prune_{};
};

}  // namespace lars::reporter
