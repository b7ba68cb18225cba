#pragma once

#include "lb/health/health.hpp"
#include "lb/policies/adaptive_options.hpp"
#include "lb/policy.hpp"
#include "lb/zones/nearest_first.hpp"

#include <memory>
#include <string>
#include <vector>

namespace lars::lb {

/// The cheaper of two choices (picking/two_choices.hpp), drawn in proportion to their weights from
/// the endpoints that are healthy (health/health.hpp), of the nearest that can carry the calls
/// (zones/spill_over.hpp). What an endpoint costs is computed from its
/// latency, calls in flight and failures (scores/cost.hpp).
class Adaptive final : public Policy {
public:
    using Options = AdaptiveOptions;
    /// Options as the hot path wants them, shared by all modules that have the same.
    struct Settings {
        explicit Settings(const Options& options);

        FeedbackRates rates;
        HealthOptions health;
        float failure_penalty;
        bool zone_aware;
    };

    static constexpr std::string_view kName = "adaptive";
    static constexpr std::string_view kSummary =
        "the better of two, by latency, calls in flight, weight and failures; ejects the broken";
    static const std::vector<ParameterOf<Options>>& parameters() { return adaptive_parameters(); }
    static PolicyFactory factory(const Options& options) {
        return factory_of<Adaptive>(std::make_shared<const Settings>(options));
    }

    Adaptive(const PolicyStart& start, std::shared_ptr<const Settings> settings);

    std::string_view name() const override { return kName; }
    const FeedbackRates& rates() const override { return settings_->rates; }
    void update(std::span<const Slot> origins, Time now) override;
    Slot pick(const PickContext& context, Time now, Random& random) override;
    Slot pick_within(const Scope& scope, const PickContext& context, Time now, Random& random)
        override;
    bool report(Slot slot, CallOutcome outcome, float took_us, Time now) override;
    void advance(Time now) override;
    Standing standing(Slot slot) const override;

private:
    template <class View>
    Slot choose(const View& candidates, Time now, Random& random);
    Slot choose_near(const Scope& scope, Time now, Random& random);
    float cost_of(Slot slot, Time now) const;
    void begin_health(std::span<const State> states, Time now);
    void begin_health(Time now);
    void arrange_levels();
    bool prefers_near() const { return nearest_ && !(health_ && health_->serving_set().panics()); }

    std::shared_ptr<const Settings> settings_;
    // None as long as there is no reason to doubt any endpoint: most modules of a host never need
    // it, and a pick without it is faster.
    std::unique_ptr<Health> health_;
    // None as long as all endpoints are equally near, as far as is known.
    std::unique_ptr<NearestFirst> nearest_;
    std::string zone_;  // of the callers, for which it was made
    bool in_use_ = false;
};

}  // namespace lars::lb
