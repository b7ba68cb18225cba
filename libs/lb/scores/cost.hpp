#pragma once

#include "lb/counters/load.hpp"

#include <cmath>
#include <cstdint>

namespace lars::lb {

/// What counts in an endpoint's cost beside its own load.
struct CostTerms {
    float crowding = 1;         ///< mean weight / weight: how much a call in flight weighs here
    float share = 1;            ///< of its full share, above 0 up to 1: less in its slow start
    float failure_penalty = 0;  ///< how many times its latency it costs more when all calls fail
};

/// What a call to an endpoint costs the caller, over what calls to the module take:
///
///     latency ratio x (1 + busy x crowding / share) x (1 + penalty x failure rate)
///
/// Latency x calls in flight is Finagle's peak EWMA load (com.twitter.finagle.loadbalancer.p2c);
/// 1 stands for the call that is about to be made.
inline float cost(const Load& load, const CostTerms& terms) {
    auto busy = load.busy() * terms.crowding;
    if (terms.share < 1) busy /= terms.share;
    const auto latency = load.latency_ratio > 0 ? load.latency_ratio : 1;
    return latency * (1 + busy) * (1 + terms.failure_penalty * load.failure_rate);
}

/// Calls in flight for each unit of weight. In whole calls: what is left of one that was never
/// reported is none. Precondition: weight > 0.
inline float calls_per_weight(const Load& load, std::uint32_t weight) {
    return std::round(load.busy()) / static_cast<float>(weight);
}

}  // namespace lars::lb
