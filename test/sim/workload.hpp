#pragma once

#include "lb/random.hpp"
#include "lb/time.hpp"

#include <cstdint>

namespace lars::sim {

using lb::Time;

/// From 0 up to, and without, 1, with 53 random bits.
double uniform(lb::Random& random);

/// How long calls take on a server of speed 1.
struct ServiceTimes {
    enum class Shape : std::uint8_t {
        exponential,
        lognormal,  ///< with `sigma`; 1: p99 is 6.2 times the mean
        bimodal,    ///< nine in ten take half the mean, one takes 5.5 times it
    };
    Shape shape = Shape::exponential;
    Time mean = std::chrono::milliseconds(10);
    double sigma = 1;

    Time draw(lb::Random& random) const;
};

/// One call, as it would be under any policy.
struct Arrival {
    Time at{};
    std::uint32_t caller = 0;
    Time demand{};           ///< its service time on a server of speed 1
    std::uint64_t luck = 0;  ///< for what is left to chance on the way
};

/// Poisson arrivals of calls at `rate` per second, dealt out to the callers at random. The stream
/// depends on nothing but the arguments, so that policies are compared on the same calls.
class Workload {
public:
    Workload(double rate, std::uint32_t callers, const ServiceTimes& times, std::uint64_t seed);

    Arrival next();

private:
    double mean_gap_ns_;
    std::uint32_t callers_;
    ServiceTimes times_;
    lb::Random random_;
    Time now_{};
};

}  // namespace lars::sim
