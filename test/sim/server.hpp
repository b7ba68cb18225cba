#pragma once

#include "lb/time.hpp"
#include "sim/latency_by_load.hpp"
#include "sim/ring.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lars::sim {

using lb::Time;

enum class Health : std::uint8_t {
    up,
    refusing,      ///< answers each call with an error at once, as a host whose process is gone
    black_hole,    ///< never answers
    failing_fast,  ///< answers each call with an error after about a millisecond
    failing_half,  ///< one call in two like that, and serves the other
};

struct ServerOptions {
    std::uint32_t workers = 8;
    double speed = 1;
    std::uint32_t weight = 100;
    bool routed = true;  ///< whether it is in the callers' route at the start
    std::uint32_t zone = 0;
};

/// From speed `from` to full speed in a straight line.
struct Warming {
    double from = 1;
    Time lasts{};
};

/// A call that a server holds.
struct Job {
    std::uint64_t call = 0;
    Time demand{};
    Time arrived{};
    std::uint32_t ahead = 0;  ///< calls that were there before it
};

/// Several workers behind one queue, first come first served. Work begun goes on at the speed of
/// its start. A caller that gave up isn't noticed: the work is done all the same.
class Server {
public:
    struct Start {
        std::uint32_t worker;
        Time ends;
    };
    struct Finish {
        Job job;
        std::optional<Start> next;
    };

    explicit Server(const ServerOptions& options);

    Health health = Health::up;

    /// What happens with a call now, but for its being served.
    bool fails(std::uint64_t luck) const;

    double speed(Time now) const;
    void set_speed(double speed) { speed_ = speed; }
    void warm_up(const Warming& warming, Time now);
    /// In workers of speed 1.
    double capacity(Time now) const { return speed(now) * static_cast<double>(ends_.size()); }

    /// A call is on its way here; receive() or turn_away() of the same demand follows. Calls from
    /// afar may be overtaken.
    void expect(Time demand);
    void turn_away(Time demand);
    /// The start, when a worker is free.
    std::optional<Start> receive(std::uint64_t call, Time demand, Time now);
    Finish finish(std::uint32_t worker, Time now);
    /// Forgets all calls and answers them. What has begun never ends: finish() mustn't come.
    std::vector<std::uint64_t> lose_all();
    /// Grows each time that all calls are lost.
    std::uint32_t life() const { return life_; }

    /// Calls here, served or waiting.
    std::uint32_t in_flight() const { return static_cast<std::uint32_t>(busy_ + waiting_.size()); }
    /// How many nanoseconds it has to work for all calls that are here or on their way.
    double work_left_ns(Time now) const;
    /// When a call that comes now would be begun.
    Time free_at(Time now) const;
    /// For policies that servers tell of their load.
    const LatencyByLoad& latencies() const { return latencies_; }

private:
    Start begin(const Job& job, Time now);

    // By worker: what it does, and until when; an idle one until 0.
    std::vector<Job> jobs_;
    std::vector<Time> ends_;
    std::vector<std::uint32_t> idle_;
    Ring<Job> waiting_;
    Ring<Time> on_their_way_;  // demands
    double speed_;
    Warming warming_;
    Time warming_since_{};
    std::uint32_t life_ = 0;
    // The sums that work_left_ns() needs, so that it looks at no call.
    std::size_t busy_ = 0;
    Time sum_of_ends_{};
    Time queued_{};    // demand of those waiting
    Time expected_{};  // demand of those on their way

    LatencyByLoad latencies_;
};

}  // namespace lars::sim
