#pragma once

#include "lb/policy.hpp"

namespace lars::lb {

/// Each in its turn, whatever its weight, health and latency.
class RoundRobin final : public Policy {
public:
    std::string_view name() const override { return "round_robin"; }
    Slot pick(Time now, Random& random) override;

private:
    Slot next_ = kNoSlot;  // none: anywhere, so that hosts don't all begin at the first
};

}  // namespace lars::lb
