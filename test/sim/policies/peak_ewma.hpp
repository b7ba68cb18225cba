#pragma once

#include "lb/policy.hpp"

#include <vector>

namespace lars::sim {

/// The better of two drawn at random by latency x (calls in flight + 1), with the latency as
/// Finagle's PeakEwma has it (com.twitter.finagle.loadbalancer.p2c): a slower call counts in full
/// at once, a faster one by how long nothing was heard, with a time constant of 10 s. Weights and
/// failures mean nothing to it.
class PeakEwma final : public lb::Policy {
public:
    explicit PeakEwma(const lb::PolicyStart& start)
        : Policy(start), nodes_(start.members.active()) {}

    std::string_view name() const override { return "peak_ewma"; }
    void update(std::span<const lb::Slot> origins, lb::Time now) override;
    lb::Slot pick(const lb::PickContext& context, lb::Time now, lb::Random& random) override;
    bool report(lb::Slot slot, lb::CallOutcome outcome, float took_us, lb::Time now) override;

private:
    struct Node {
        lb::Time heard{};
        double latency_us = 0;
        int in_flight = 0;
    };
    double cost(lb::Slot slot, lb::Time now);

    std::vector<Node> nodes_;
};

}  // namespace lars::sim
