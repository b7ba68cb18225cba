#include "lb/zones/spill_over.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

// A level counts as whole as long as so much of it serves: the default of Envoy's overprovisioning
// factor.
constexpr float kOverprovisioning = 1.4F;
// Up to how many times a level's latency one call counts.
constexpr float kMaxOfMean = 4;
// How many times its latency a level costs more when all of its calls fail.
constexpr float kFailurePenalty = 4;
// How much one report moves its level's latency and failure rate …
constexpr float kWeight = 1.0F / 32;
// … and up to how much where nearly all calls go over: the few that stay must tell soon that their
// level is free again.
constexpr float kRareWeight = 1.0F / 8;
// How much a report of one level moves what is known of the other, where that is worse: what isn't
// heard of is forgotten. A long way is known for longer than failures are, since it is longer for
// good.
constexpr float kFailuresForgotten = 1.0F / 4096;
constexpr float kLatencyForgotten = 1.0F / 65'536;
// How much one report moves the share that goes over, with near calls twice as dear. A host that
// makes twenty calls a second then has half of them go over in ten seconds.
constexpr float kGain = 0.016F;
// Near calls may be so many times as dear as far ones before more go over: differences that are
// noise, or that nobody would notice, aren't worth the way.
constexpr float kMargin = 1.15F;
// How much faster the share falls than it grows: calls that go over for nothing cost money, and
// noise is made to count for less.
constexpr float kFall = 2;
// A level that is dearer than this many times the other counts as that. So it is soon believed to
// be well.
constexpr float kMaxRatio = 5;
// At least this part stays, whatever the cost …
constexpr float kStays = 1.0F / 32;
// … and of this part some go over just to know what that takes: as many as the odds of two choices
// say for the cost.
constexpr float kLooks = 1.0F / 128;

// What part of the calls goes over just to know what that takes, which is so many times as dear.
float looks(float ratio) {
    const auto squared = std::min(ratio * ratio, 1e4F);  // above 0, or it would stay 0
    return kLooks / (1 + squared * squared);
}

}  // namespace

LevelShares::LevelShares(const Capacities& capacities) {
    float sum = 0;
    for (std::size_t i = 0; i < kNearnessLevels; ++i) {
        sum += std::min(1 - sum, kOverprovisioning * capacities[i]);
        up_to_[i] = sum;
        callable_[i] = capacities[i] > 0;
    }
    auto after = Nearness::elsewhere;
    for (std::size_t i = kNearnessLevels; i-- > 0;) {
        if (sum > 0) up_to_[i] /= sum;
        const auto level = static_cast<Nearness>(i);
        after_[i] = callable_[index(after)] && after != level ? after : level;
        if (callable_[i]) after = level;
    }
}

float LevelShares::share(Nearness level) const {
    const auto i = index(level);
    return i == 0 ? up_to_[0] : up_to_[i] - up_to_[i - 1];
}

Nearness LevelShares::at(float drawn) const {
    std::size_t level = 0;
    while (level + 1 < kNearnessLevels && drawn >= up_to_[level]) ++level;
    return static_cast<Nearness>(level);
}

Nearness SpillOver::choose(const LevelShares& shares, Random& random) const {
    auto level = shares.at(random.unit());
    for (;;) {
        const auto next = shares.after(level);
        if (next == level || random.unit() >= spill(level)) return level;
        level = next;
    }
}

void SpillOver::add_report(
    Nearness reported, CallOutcome outcome, float took_us, const LevelShares& shares
) {
    auto& heard = levels_[index(reported)];
    heard.add(outcome, took_us);
    for (std::size_t i = 0; i < kNearnessLevels; ++i) {
        const auto near = static_cast<Nearness>(i);
        const auto far = shares.after(near);
        if (near == far || !shares.can_be_called(near)) continue;
        if (near == reported || far == reported) adapt(levels_[i], levels_[index(far)], heard);
    }
}

void SpillOver::Level::add(CallOutcome outcome, float took_us) {
    const auto weight = std::max(latency_weight, kRareWeight * spill * spill);
    // A quick failure says nothing of how long work takes, and a slow one says it there.
    const bool quick_failure = outcome == CallOutcome::failure && took_us < latency_us;
    failure_rate += std::min(weight, kRareWeight) * ((quick_failure ? 1.0F : 0.0F) - failure_rate);
    if (took_us <= 0 || quick_failure) return;
    if (latency_us > 0) {
        latency_us += weight * (std::min(took_us, kMaxOfMean * latency_us) - latency_us);
    } else {
        latency_us = took_us;
    }
    // From 1 / n to 1 / (n + 1).
    if (latency_weight > kWeight) latency_weight /= 1 + latency_weight;
}

float SpillOver::Level::cost() const {
    return latency_us * (1 + kFailurePenalty * failure_rate);
}

// `heard` is the one of the two of which a call was reported now.
void SpillOver::adapt(Level& near, Level& far, const Level& heard) {
    if (near.latency_us <= 0 || far.latency_us <= 0) return;
    auto& unheard = &heard == &near ? far : near;
    unheard.failure_rate *= 1 - kFailuresForgotten;
    if (unheard.latency_us > heard.latency_us) {
        unheard.latency_us += kLatencyForgotten * (heard.latency_us - unheard.latency_us);
    }
    near.latency_us = std::min(near.latency_us, kMaxRatio * far.latency_us);
    const auto ratio = std::min(near.cost() / far.cost(), kMaxRatio);
    const auto excess = ratio > kMargin ? ratio - kMargin : kFall * (ratio - kMargin);
    near.spill += kGain * near.spill * (1 - near.spill) * excess;
    near.spill = std::clamp(near.spill, looks(1 / ratio), 1 - kStays);
}

}  // namespace lars::lb
