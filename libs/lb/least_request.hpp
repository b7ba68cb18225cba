#pragma once

#include "lb/policy.hpp"
#include "lb/sampler.hpp"

namespace lars::lb {

/// Of two drawn at random in proportion to their weights, the one with fewer calls in flight for
/// its weight. Knows neither health nor latency.
class LeastRequest final : public Policy {
public:
    std::string_view name() const override { return "least_request"; }
    void start(std::span<const State> states, Time now) override;
    void update(std::span<const Slot> origins, Time now) override;
    Slot pick(Time now, Random& random) override;

private:
    void prepare();

    FeedbackRates rates_{FeedbackOptions{}};
    AliasTable alias_;
};

}  // namespace lars::lb
