#pragma once

#include "lb/health.hpp"
#include "lb/policy.hpp"
#include "lb/sampler.hpp"

namespace lars::lb {

struct AdaptiveOptions {
    FeedbackOptions feedback;
    HealthOptions health;
    /// How many times as costly an endpoint looks when all of its latest calls failed.
    double failure_penalty = 20;
};

/// The better of two choices (Mitzenmacher, "The power of two choices in randomized load
/// balancing", 2001), drawn in proportion to their weights from the endpoints that are healthy. The
/// cost of an endpoint is
///
///     latency x (1 + calls in flight x mean weight / weight) x (1 + penalty x failure rate)
///
/// with the latency as an average that rises faster than it falls (after Finagle's peak EWMA). Of
/// costs a and b the first is chosen with probability b^4 / (a^4 + b^4).
class Adaptive final : public Policy {
public:
    explicit Adaptive(const AdaptiveOptions& options);

    std::string_view name() const override { return "adaptive"; }
    FeedbackOptions feedback() const override { return feedback_; }
    void start(std::span<const State> states, Time now) override;
    void update(std::span<const Slot> origins, Time now) override;
    Slot pick(Time now, Random& random) override;
    void report(Slot slot, CallOutcome outcome, float took_us, Time now) override;
    void advance(Time now) override { health_.advance(now); }
    Standing standing(Slot slot) const override;

private:
    std::pair<Slot, Slot> draw_two(Time now, Random& random);
    Slot draw(Time now, Random& random);
    float cost(Slot slot, Time now);
    void prepare();

    FeedbackOptions feedback_;
    FeedbackRates rates_;
    Health health_;
    AliasTable alias_;
    float failure_penalty_;
    float mean_weight_ = 1;
    bool in_use_ = false;
};

}  // namespace lars::lb
