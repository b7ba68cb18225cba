#pragma once

#include "lb/policy.hpp"

namespace lars::lb {

/// Of two drawn at random in proportion to their weights, the one with fewer calls in flight for
/// its weight (picking/two_choices.hpp has the source). Knows neither health nor latency.
class LeastRequest final : public Policy {
public:
    static constexpr std::string_view kName = "least_request";
    static constexpr std::string_view kSummary =
        "of two by weight, the one with fewer calls in flight";

    explicit LeastRequest(const PolicyStart& start) : Policy(start) {}

    std::string_view name() const override { return kName; }
    Slot pick(const PickContext& context, Time now, Random& random) override;

private:
    float score_of(Slot slot, Time now) const;
};

}  // namespace lars::lb
