#include "sim/policies/peak_ewma.hpp"

#include "lb/random.hpp"

#include <algorithm>
#include <cmath>

namespace lars::sim {
namespace {

constexpr double kMemoryNs = 10e9;
// What Finagle adds where calls are in flight and none has ended yet: such an endpoint is left
// alone until it has shown something.
constexpr double kUnknownUs = 1e9;

}  // namespace

void PeakEwma::update(std::span<const lb::Slot> origins, lb::Time now) {
    std::vector<Node> next(origins.size(), Node{.heard = now});
    for (lb::Slot slot = 0; slot < next.size(); ++slot) {
        if (origins[slot] != lb::kNoSlot) next[slot] = nodes_[origins[slot]];
    }
    nodes_.swap(next);
}

double PeakEwma::cost(lb::Slot slot, lb::Time now) {
    auto& node = nodes_[slot];
    node.latency_us *= std::exp(-double((now - node.heard).count()) / kMemoryNs);
    node.heard = now;
    if (node.latency_us == 0 && node.in_flight > 0) return kUnknownUs + node.in_flight;
    return node.latency_us * (node.in_flight + 1);
}

lb::Slot PeakEwma::pick(const lb::PickContext& /*context*/, lb::Time now, lb::Random& random) {
    lb::Slot chosen = 0;
    if (nodes_.size() > 1) {
        const auto [first, second] =
            lb::two_below(static_cast<std::uint32_t>(nodes_.size()), random);
        chosen = cost(second, now) < cost(first, now) ? second : first;
    }
    ++nodes_[chosen].in_flight;
    return chosen;
}

bool PeakEwma::report(lb::Slot slot, lb::CallOutcome /*outcome*/, float took_us, lb::Time now) {
    auto& node = nodes_[slot];
    node.in_flight = std::max(node.in_flight - 1, 0);
    if (took_us < 0) return false;
    const double took = took_us;
    const auto kept = std::exp(-double((now - node.heard).count()) / kMemoryNs);
    node.heard = now;
    node.latency_us = took > node.latency_us ? took : node.latency_us * kept + took * (1 - kept);
    return false;
}

}  // namespace lars::sim
