#include "lb/counters/counters.hpp"

namespace lars::lb {

void Counters::carry_over(std::span<const Slot> origins) {
    std::vector<Load> loads(origins.size());
    std::vector<Tally> tallies(origins.size());
    for (Slot slot = 0; slot < origins.size(); ++slot) {
        const auto origin = origins[slot];
        if (origin == kNoSlot) continue;
        loads[slot] = loads_[origin];
        tallies[slot] = tallies_[origin];
    }
    if (!server_loads_.empty()) {
        std::vector<float> server_loads(origins.size(), -1);
        for (Slot slot = 0; slot < origins.size(); ++slot) {
            if (origins[slot] != kNoSlot) server_loads[slot] = server_loads_[origins[slot]];
        }
        server_loads_ = std::move(server_loads);
    }
    loads_ = std::move(loads);
    tallies_ = std::move(tallies);
}

void Counters::add_pick(Slot slot, Time now, const FeedbackRates& rates, float lightness) {
    auto& load = loads_[slot];
    load.decay_to(moment(now, lightness), rates);
    load.add_pick(averages_);
    ++calls_;
}

float Counters::add_report(
    Slot slot, const Call& call, Time now, const FeedbackRates& rates, float lightness
) {
    auto& load = loads_[slot];
    load.decay_to(moment(now, lightness), rates);
    const auto took_us = load.add_report(call, averages_, calls_, rates);
    tallies_[slot].add(call.outcome, now, rates.window);
    return took_us;
}

void Counters::set_server_load(Slot slot, float load) {
    if (server_loads_.empty()) server_loads_.assign(loads_.size(), -1);
    server_loads_[slot] = load;
}

void Counters::forgive(Slot slot, Time now) {
    auto& load = loads_[slot];
    load.latency_ratio = 0;
    load.failure_rate = 0;
    tallies_[slot] = {.window_begin = now};
}

}  // namespace lars::lb
