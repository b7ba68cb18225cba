#include "lb/members.hpp"

#include <algorithm>
#include <bit>
#include <functional>

namespace lars::lb {
namespace {

// Up to here looking at each costs no more than the index would.
constexpr std::size_t kFew = 8;

}  // namespace

std::vector<Slot> Members::replace(const Route& route) {
    Members next;
    const auto size = route.endpoints.size();
    next.entries_.reserve(size);
    const auto drained = [](const RouteEndpoint& each) { return each.weight == 0; };
    const bool all_drained = std::all_of(route.endpoints.begin(), route.endpoints.end(), drained);
    const auto add = [&next](const RouteEndpoint& each, std::uint32_t weight) {
        next.entries_.push_back(
            {each.endpoint, static_cast<std::uint16_t>(std::min(weight, kMostWeight))}
        );
    };
    for (const auto& each : route.endpoints) {
        if (all_drained || !drained(each)) add(each, all_drained ? 1 : each.weight);
    }
    next.active_ = next.entries_.size();
    for (const auto& each : route.endpoints) {
        if (!all_drained && drained(each)) add(each, 0);
    }
    for (Slot slot = 1; slot < next.active_; ++slot) {
        next.equal_weights_ = next.equal_weights_ && next.weight(slot) == next.weight(0);
    }

    next.loads_.resize(size);
    next.tallies_.resize(size);
    next.latency_us = latency_us;
    next.failure_rate = failure_rate;
    std::vector<Slot> origins(size, kNoSlot);
    Slot before = kNoSlot;
    for (Slot slot = 0; slot < size; ++slot) {
        const auto& endpoint = next.endpoint(slot);
        // Mostly the one that followed the last still does.
        const Slot guess = before + 1;
        const bool follows = guess < entries_.size() && entries_[guess].endpoint == endpoint;
        before = follows ? guess : find(endpoint);
        if (before == kNoSlot) continue;
        origins[slot] = before;
        next.loads_[slot] = loads_[before];
        next.tallies_[slot] = tallies_[before];
    }
    next.build_index();
    *this = std::move(next);
    return origins;
}

void Members::build_index() {
    if (size() <= kFew) return;
    index_.assign(std::bit_ceil(2 * size()), kNoSlot);
    const auto mask = index_.size() - 1;
    for (Slot slot = 0; slot < size(); ++slot) {
        auto at = std::hash<Endpoint>{}(endpoint(slot)) & mask;
        while (index_[at] != kNoSlot) at = (at + 1) & mask;
        index_[at] = slot;
    }
}

Slot Members::find(const Endpoint& endpoint) const {
    if (index_.empty()) {
        for (Slot slot = 0; slot < size(); ++slot) {
            if (entries_[slot].endpoint == endpoint) return slot;
        }
        return kNoSlot;
    }
    const auto mask = index_.size() - 1;
    for (auto at = std::hash<Endpoint>{}(endpoint)&mask;; at = (at + 1) & mask) {
        const auto slot = index_[at];
        if (slot == kNoSlot || entries_[slot].endpoint == endpoint) return slot;
    }
}

}  // namespace lars::lb
