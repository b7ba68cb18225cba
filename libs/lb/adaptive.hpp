#pragma once

#include "lb/health.hpp"
#include "lb/policy.hpp"

#include <memory>
#include <utility>

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
    /// AdaptiveOptions as the hot path wants them, for as many modules as have the same.
    struct Settings {
        explicit Settings(const AdaptiveOptions& options);

        FeedbackRates rates;
        HealthOptions health;
        float failure_penalty;
    };

    explicit Adaptive(std::shared_ptr<const Settings> settings) : settings_(std::move(settings)) {}
    explicit Adaptive(const AdaptiveOptions& options)
        : Adaptive(std::make_shared<const Settings>(options)) {}

    std::string_view name() const override { return "adaptive"; }
    const FeedbackRates& rates() const override { return settings_->rates; }
    void start(std::span<const State> states, Time now) override;
    void update(std::span<const Slot> origins, Time now) override;
    Slot pick(Time now, Random& random) override;
    void report(Slot slot, CallOutcome outcome, float took_us, Time now) override;
    void advance(Time now) override;
    Standing standing(Slot slot) const override;

private:
    std::size_t candidates() const;
    Slot candidate(std::size_t index) const;
    bool starting() const { return health_ && health_->starting(); }
    std::pair<Slot, Slot> draw_two(Time now, Random& random);
    Slot draw(Time now, Random& random);
    Slot draw_any(Random& random) const;
    float cost(Slot slot, Time now);
    void doubt(std::span<const State> states, Time now);

    std::shared_ptr<const Settings> settings_;
    std::unique_ptr<Health> health_;  // none as long as there is no reason to doubt anybody's
    bool in_use_ = false;
};

}  // namespace lars::lb
