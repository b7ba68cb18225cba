#include "sim/workload.hpp"

#include <cmath>
#include <numbers>

namespace lars::sim {
namespace {

double exponential(lb::Random& random) {
    return -std::log1p(-uniform(random));
}

// Box and Muller's; the second number isn't kept, so that each call draws equally often.
double normal(lb::Random& random) {
    const auto radius = std::sqrt(2 * exponential(random));
    return radius * std::cos(2 * std::numbers::pi * uniform(random));
}

double factor(const ServiceTimes& times, lb::Random& random) {
    switch (times.shape) {
        case ServiceTimes::Shape::lognormal:
            return std::exp(times.sigma * normal(random) - times.sigma * times.sigma / 2);
        case ServiceTimes::Shape::bimodal:
            return uniform(random) < 0.9 ? 0.5 : 5.5;
        case ServiceTimes::Shape::exponential:
            break;
    }
    return exponential(random);
}

}  // namespace

double uniform(lb::Random& random) {
    return static_cast<double>(random() >> 11) * 0x1p-53;
}

Time ServiceTimes::draw(lb::Random& random) const {
    const auto ns = factor(*this, random) * static_cast<double>(mean.count());
    return Time(std::max<std::int64_t>(std::llround(ns), 1));
}

Workload::Workload(
    double rate, std::uint32_t callers, const ServiceTimes& times, std::uint64_t seed
)
    : mean_gap_ns_(1e9 / rate), callers_(callers), times_(times), random_(seed) {}

Arrival Workload::next() {
    now_ += Time(std::llround(exponential(random_) * mean_gap_ns_));
    Arrival arrival{.at = now_};
    arrival.caller = lb::scaled(static_cast<std::uint32_t>(random_() >> 32), callers_);
    arrival.demand = times_.draw(random_);
    arrival.luck = random_();
    return arrival;
}

}  // namespace lars::sim
