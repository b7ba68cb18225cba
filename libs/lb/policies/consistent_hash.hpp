#pragma once

#include "lb/health/health.hpp"
#include "lb/picking/hash_table.hpp"
#include "lb/policies/adaptive_options.hpp"
#include "lb/policy.hpp"

#include <memory>
#include <vector>

namespace lars::lb {

struct ConsistentHashOptions {
    FeedbackOptions feedback;
    HealthOptions health;
    /// How many times its share of the calls in flight an endpoint may have.
    double max_load = 1.25;
};

/// Calls of one key go to one endpoint (picking/hash_table.hpp), as long as that serves and has no
/// more than its part of the calls in flight: at most max_load times the mean, in whole calls, for
/// its weight (Mirrokni, Thorup and Zadimoghaddam, "Consistent hashing with bounded loads", 2016).
/// Else they go to the next one in an order that the key has. A call without a key gets a random
/// one. Health is adaptive's.
class ConsistentHash final : public Policy {
public:
    using Options = ConsistentHashOptions;
    struct Settings {
        explicit Settings(const Options& options);

        FeedbackRates rates;
        HealthOptions health;
        float max_load;
    };

    static constexpr std::string_view kName = "consistent_hash";
    static constexpr std::string_view kSummary =
        "calls of one key to one endpoint, as long as that serves and isn't the fullest by far";
    static const std::vector<ParameterOf<Options>>& parameters();
    static PolicyFactory factory(const Options& options) {
        return factory_of<ConsistentHash>(std::make_shared<const Settings>(options));
    }

    ConsistentHash(const PolicyStart& start, std::shared_ptr<const Settings> settings);

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
    void begin_health(std::span<const State> states, Time now);
    void begin_health(Time now);
    void prepare(Time now);
    template <class May>
    Slot choose(std::uint64_t key, Time now, May&& may);
    void count_calls(Time now);

    std::shared_ptr<const Settings> settings_;
    HashTable table_;  // empty until the first pick of each route
    std::unique_ptr<Health> health_;
    float in_flight_ = 0;  // of all endpoints, about
    std::uint32_t picks_until_count_ = 0;
};

}  // namespace lars::lb
