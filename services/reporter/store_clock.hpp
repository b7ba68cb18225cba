#pragma once

#include "metrics/registry.hpp"
#include "reporter/clock_difference.hpp"
#include "runtime/asio.hpp"
#include "store/database_clock.hpp"
#include "store/unix_time.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <optional>

namespace lars::reporter {

/// What time it is by the database's clock: as it was last read, carried on by the steady clock. So
/// neither a wrong clock of this host nor a step of it moves what the reporter judges, writes and
/// removes. Until the first reading it begins with this host's.
class StoreClock {
public:
    using Time = std::chrono::sys_time<std::chrono::milliseconds>;

    StoreClock(metrics::Registry& metrics, spdlog::logger& log);

    /// Reads the database's. To be called on one executor.
    Awaitable<store::Result<Time>> read(store::DatabaseClock& from);
    /// A reading between two moments, at the second of which this host's clock said `own`.
    void note(
        store::DatabaseClock::Time read,
        Clock::time_point asked,
        Clock::time_point answered,
        std::chrono::system_clock::time_point own
    );

    /// Any thread.
    Time at(Clock::time_point moment) const;
    Time now() const { return at(Clock::now()); }
    store::UnixTime seconds() const { return std::chrono::floor<std::chrono::seconds>(now()); }

    /// What time it is, as an agent says. Any thread.
    void witness(store::UnixTime stated, Clock::time_point moment);
    /// What may be removed is older than that: the time that the database and the latest of all
    /// agents' clocks agree to have passed. One clock alone removes nothing: SQLite has none
    /// but this host's. None: no agent has said anything yet.
    std::optional<store::UnixTime> witnessed_at(Clock::time_point moment) const;

private:
    spdlog::logger& log_;
    std::atomic<std::chrono::nanoseconds::rep> begin_;  // of the steady clock, ns since 1970
    std::atomic<std::chrono::nanoseconds::rep> witnessed_begin_{0};  // the same; 0: unknown
    std::atomic<double> difference_s_{0};
    ClockDifference difference_;
};

}  // namespace lars::reporter
