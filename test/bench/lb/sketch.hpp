#pragma once

#include "lb/call.hpp"
#include "lb/endpoint_table.hpp"
#include "lb/random.hpp"

#include <vector>

namespace lars::bench {

/// The least that two choices can cost: the better of two by latency and calls in flight, found
/// again by endpoint, with nothing forgotten and nobody ejected.
class Sketch {
public:
    explicit Sketch(const Route& route) : endpoint_table_(route), loads_(endpoint_table_.size()) {}

    Endpoint pick(lb::Random& random) {
        const auto [a, b] = lb::two_below(static_cast<std::uint32_t>(loads_.size()), random);
        const auto chosen = cost(b) < cost(a) ? b : a;
        loads_[chosen].in_flight += 1;
        return endpoint_table_.endpoint(chosen);
    }

    void report(const Endpoint& endpoint, const lb::Call& call) {
        const auto slot = endpoint_table_.find(endpoint);
        if (slot == lb::kNoSlot) return;
        auto& load = loads_[slot];
        load.in_flight -= 1;
        const auto took = static_cast<float>(call.latency->count());
        load.latency_us += 0.1F * (took - load.latency_us);
    }

private:
    struct Load {
        float latency_us = 1000;
        float in_flight = 0;
    };
    float cost(lb::Slot slot) const {
        return loads_[slot].latency_us * (loads_[slot].in_flight + 1);
    }

    lb::EndpointTable endpoint_table_;
    std::vector<Load> loads_;
};

}  // namespace lars::bench
