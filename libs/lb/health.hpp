#pragma once

#include "lb/members.hpp"
#include "lb/transition.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace lars::lb {

/// When an endpoint is held for broken, and how it comes back.
struct HealthOptions {
    std::uint32_t consecutive_failures = 5;
    std::chrono::milliseconds failing_for{500};
    double error_rate = 0.5;
    double latency_factor = 10;
    std::uint32_t min_calls = 20;
    std::chrono::milliseconds ejection{1'000};
    std::chrono::milliseconds max_ejection{60'000};
    std::chrono::milliseconds probe_interval{100};
    std::uint32_t calls_per_probe = 1'000;
    std::uint32_t probes = 2;
    std::chrono::milliseconds slow_start{10'000};
    double panic_threshold = 0.25;
};

/// Which members serve, by a state machine for each: healthy -> ejected -> half-open -> slow start
/// -> healthy. Every operation but start, update and advance is O(1).
class Health {
public:
    using Tell = std::function<void(Slot, const Transition&)>;

    /// The options outlive it.
    Health(const HealthOptions& options, Tell tell) : options_(options), tell_(std::move(tell)) {}

    void start(std::span<const State> states, Time now);
    /// The members have changed; those without an origin are held for healthy.
    void keep(std::span<const Slot> origins, Time now);
    /// Those without an origin start slowly.
    void join(std::span<const Slot> origins, Time now);

    /// Those to choose from: who serves, or everybody when they are too few to trust the picture.
    std::span<const Slot> candidates() const { return {order_.data(), candidates_}; }
    bool is_candidate(Slot slot) const { return members_[slot].position < candidates_; }
    /// A member that is to get the call that is about to be made, because it is suspended and its
    /// time has come, or because its last call failed and nobody would choose it again soon; mostly
    /// kNoSlot.
    Slot take_probe(Time now) {
        const bool all_serve = serving_ == order_.size();
        if (all_serve && now < suspect_due_) return kNoSlot;
        calls_since_probe_ += !all_serve;
        if (now < next_probe_) return kNoSlot;
        const auto slot = take_suspended(now);
        return slot != kNoSlot ? slot : take_suspect(now);
    }

    /// Whether any member is in its slow start.
    bool starting() const { return starting_ > 0; }
    /// Which part of its share a member should have, above 0 up to 1. It ends the slow start when
    /// that is due.
    float readiness(Slot slot, Time now);

    /// Judges a member after one of its calls was reported. Answers whether it just came back.
    bool report(Slot slot, CallOutcome outcome, float took_us, const Members& module, Time now);
    void advance(Time now);

    State state(Slot slot) const { return members_[slot].state; }

    /// Whether a call took so long that it counts against its endpoint.
    static bool too_slow(const HealthOptions& options, float took_us, float module_latency_us) {
        return module_latency_us > 0 && took_us > float(options.latency_factor) * module_latency_us;
    }

private:
    struct Member {
        /// Ejected: till when. Half-open: when it may be tried again. Slow start: its end.
        /// Healthy: since when.
        Time until{};
        Time failing_since{};                 // the first of the failures in a row
        std::uint32_t failures_in_a_row = 0;  // while it serves
        Slot position = 0;                    // in order_
        State state = State::healthy;
        std::uint8_t ejections = 0;  // in succession
        std::uint8_t in_a_row = 0;   // tries that succeeded; of those that serve, slow calls
        bool failing = false;        // its last call failed
        bool suspected = false;      // stands among the suspects
    };
    struct Suspect {
        Slot slot;
        Time due;  // when it is tried
    };

    bool panics() const { return candidates_ > serving_; }
    void judge(Slot slot, float took_us, const Members& module, Time now);
    void suspect(Slot slot, Time now);
    void forget_first_suspect();
    Slot take_suspended(Time now);
    Slot take_suspect(Time now);
    void eject(Slot slot, Transition why, Time now);
    void come_back(Slot slot, Transition why, Time now);
    void enter(Slot slot, State state, Time lasts, Transition why, Time now);
    void arrange();
    void move_to(Slot slot, std::size_t position);
    void count_candidates();

    const HealthOptions& options_;
    Tell tell_;
    std::vector<Member> members_;
    std::vector<Slot> order_;  // who serves first, the suspended behind
    std::size_t serving_ = 0;
    std::size_t candidates_ = 0;
    std::size_t starting_ = 0;
    std::size_t hand_ = 0;                 // goes round the suspended, one step for a pick
    std::uint64_t calls_since_probe_ = 0;  // while any is suspended
    std::size_t early_tries_ = 0;          // steps of it that don't wait for the end of an ejection
    std::vector<Suspect> suspects_;        // a ring, in the order in which they are due
    std::size_t first_suspect_ = 0;
    std::size_t suspect_count_ = 0;
    Time suspect_due_ = Time::max();  // the first one's
    Time next_probe_ = Time::min();
};

}  // namespace lars::lb
