#pragma once

#include "lb/policy.hpp"

namespace lars::lb {

/// Of two drawn at random in proportion to their weights, the one with fewer calls in flight for
/// its weight. Knows neither health nor latency.
class LeastRequest final : public Policy {
public:
    std::string_view name() const override { return "least_request"; }
    Slot pick(Time now, Random& random) override;
};

}  // namespace lars::lb
