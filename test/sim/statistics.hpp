#pragma once

#include "lb/time.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lars::sim {

using lb::Time;

/// Counts of times, each known within 0.4 %.
class Histogram {
public:
    void add(Time time);
    std::uint64_t count() const { return count_; }
    /// The time that this share of all isn't above; 0 when there is none.
    double quantile_ms(double share) const;
    double mean_ms() const;

private:
    std::vector<std::uint32_t> counts_;
    std::uint64_t count_ = 0;
    double sum_ns_ = 0;
};

/// Picks of each server over time.
class Picks {
public:
    static constexpr Time kStep = std::chrono::milliseconds(100);

    explicit Picks(std::size_t servers) : servers_(servers) {}

    void note(std::size_t server, Time now);
    /// Picks of one server from one time to another; both are multiples of kStep.
    std::uint64_t of(std::size_t server, Time from, Time until) const;
    std::uint64_t all(Time from, Time until) const;

private:
    std::size_t servers_;
    std::vector<std::uint32_t> counts_;  // a row of servers for each step
};

/// What the servers of one zone did, of what they could have done.
struct ZoneWork {
    Time worked{};
    Time could_work{};  ///< while they were up

    double utilisation() const { return double(worked.count()) / double(could_work.count()); }
};

/// What one run showed. A call counts by the moment when it was made.
struct Result {
    explicit Result(std::size_t servers, std::size_t zone_count = 1)
        : picks(servers), zones(zone_count) {}

    std::uint64_t calls = 0;
    std::uint64_t tries = 0;   ///< of these calls, the first ones and further ones
    std::uint64_t errors = 0;  ///< failures, time-outs and overloads together
    std::uint64_t timeouts = 0;
    std::uint64_t overloads = 0;  ///< no endpoint was given
    /// Of the calls that succeeded or timed out: a quick error isn't a quick answer.
    Histogram latencies;
    Picks picks;
    /// Of fair, what the server got that got the least and the most; 0 where that isn't measured.
    double share_min = 0;
    double share_max = 0;
    std::uint64_t seconds = 0;  ///< how often the queues were looked at
    std::uint64_t seconds_behind =
        0;  ///< … and a server that is up had more to do than callers wait
    std::uint64_t events = 0;
    std::vector<ZoneWork> zones;
    std::uint64_t cross_zone_tries = 0;  ///< of the tries, at a server of another zone

    double error_rate() const { return calls == 0 ? 0 : double(errors) / double(calls); }
    /// How often servers were called for each call.
    double tries_each() const { return calls == 0 ? 0 : double(tries) / double(calls); }
    double cross_zone_share() const {
        return tries == 0 ? 0 : double(cross_zone_tries) / double(tries);
    }
    bool unstable() const { return 10 * seconds_behind > seconds; }
};

}  // namespace lars::sim
