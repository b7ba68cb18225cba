#pragma once

#include "lb/time.hpp"

#include <cstddef>
#include <cstdint>

namespace lars::lb {

/// When one of a module's calls may be a try of a broken endpoint, and whose turn it is: the
/// half-open state of a circuit breaker (Nygard, "Release It!", 2007), rationed over all broken
/// endpoints of the module, by time and by the module's calls.
class ProbeSchedule {
public:
    /// A call is made while some endpoint is suspended.
    void add_call() { ++calls_since_probe_; }
    /// Tries of any kind are at least an interval apart.
    bool is_open(Time now) const { return now >= next_probe_; }

    /// Whose turn it is of so many suspended endpoints, one step for each call. Precondition: there
    /// are some.
    std::size_t next_turn(std::size_t suspended) {
        if (++turn_ >= suspended) turn_ = 0;
        return turn_;
    }
    /// Whether an ejected endpoint whose turn it is may be tried before its time; each such
    /// question uses up one of the turns that hurry() gave. Where calls are many, a try costs next
    /// to none of them.
    bool take_early_turn(std::uint32_t calls_per_probe) {
        const bool early = early_turns_ > 0 || calls_since_probe_ >= calls_per_probe;
        early_turns_ -= early_turns_ > 0;
        return early;
    }

    /// A try is made of an endpoint that is suspended.
    void add_probe(Time now, Time interval) {
        next_probe_ = now + interval;
        calls_since_probe_ = 0;
    }
    /// A try is made of an endpoint that serves, and whose last call failed.
    void add_retry(Time now, Time interval) { next_probe_ = now + interval; }
    /// A try succeeded: what comes back is not made to wait.
    void open(Time now) { next_probe_ = now; }
    /// An endpoint came back: what brought it may have brought the others, so each of them has an
    /// early turn.
    void hurry(std::size_t suspended) { early_turns_ = suspended; }
    /// An endpoint that served was ejected.
    void restart_calls() { calls_since_probe_ = 0; }
    /// The endpoints have changed places.
    void restart_turns() {
        turn_ = 0;
        early_turns_ = 0;
    }

private:
    Time next_probe_ = Time::min();
    std::uint64_t calls_since_probe_ = 0;  // while any is suspended
    std::size_t turn_ = 0;
    std::size_t early_turns_ = 0;
};

}  // namespace lars::lb
