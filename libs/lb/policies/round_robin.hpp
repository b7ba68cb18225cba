#pragma once

#include "lb/policy.hpp"

namespace lars::lb {

/// Each in its turn, whatever its weight, health and latency.
class RoundRobin final : public Policy {
public:
    static constexpr std::string_view kName = "round_robin";
    static constexpr std::string_view kSummary = "each in its turn";

    explicit RoundRobin(const PolicyStart& start) : Policy(start) {}

    std::string_view name() const override { return kName; }
    Slot pick(const PickContext& context, Time now, Random& random) override;

private:
    Slot next_ = kNoSlot;  // none: anywhere, so that hosts don't all begin at the first
};

}  // namespace lars::lb
