#include "lb/policies/consistent_hash.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lars::lb {
namespace {

// So many places are looked at for a key before whoever is least full of them takes the call.
constexpr std::uint64_t kMaxLooks = 32;
// The calls in flight of all endpoints are added up anew after so many picks at least.
constexpr std::uint32_t kMinPicksPerCount = 16;

// From 0 up to, and without, 1.
float unit(std::uint64_t bits) {
    return static_cast<float>(bits >> 40) * 0x1p-24F;
}

}  // namespace

const std::vector<ParameterOf<ConsistentHashOptions>>& ConsistentHash::parameters() {
    static const std::vector<ParameterOf<Options>> all{
        {"max_load",
         1.01,
         kMany,
         "How many times its part of the calls in flight an endpoint may have; raise it to keep "
         "calls of one key together, lower it to spread the load of frequent keys.",
         [](Options& o) -> ParameterField { return &o.max_load; }},
        {"ejection_ms",
         10,
         kDayMs,
         "The first ejection's length, doubled by each further one; set it to how long a restart "
         "takes.",
         [](Options& o) -> ParameterField { return &o.health.ejection; }},
        {"consecutive_failures",
         1,
         kMany,
         "Failures in a row that eject; raise it where single calls fail without meaning.",
         [](Options& o) -> ParameterField { return &o.health.consecutive_failures; }},
        {"slow_start_ms",
         0,
         kDayMs,
         "Time in which the keys of a new or recovered endpoint come to it; 0: all at once.",
         [](Options& o) -> ParameterField { return &o.health.slow_start; }},
    };
    return all;
}

ConsistentHash::Settings::Settings(const Options& options)
    : rates(options.feedback),
      health(options.health),
      max_load(static_cast<float>(options.max_load)) {}

ConsistentHash::ConsistentHash(const PolicyStart& start, std::shared_ptr<const Settings> settings)
    : Policy(start), settings_(std::move(settings)) {
    if (std::any_of(start.states.begin(), start.states.end(), suspended)) {
        begin_health(start.states, start.now);
    }
}

void ConsistentHash::begin_health(std::span<const State> states, Time now) {
    auto on_change = [this](Slot slot, const Transition& change) { notify(slot, change); };
    health_ = std::make_unique<Health>(settings_->health, states, std::move(on_change), now);
}

void ConsistentHash::begin_health(Time now) {
    begin_health(std::vector<State>(members().active(), State::healthy), now);
}

void ConsistentHash::update(std::span<const Slot> origins, Time now) {
    const auto fresh = std::count(origins.begin(), origins.end(), kNoSlot);
    if (health_) health_->keep(origins, now);
    const bool slowly = !table_.empty() && settings_->health.slow_start > Time::zero() &&
                        fresh > 0 && static_cast<std::size_t>(fresh) < origins.size();
    table_ = {};
    picks_until_count_ = 0;
    if (!slowly) return;
    if (!health_) begin_health(now);
    health_->join(origins, now);
}

void ConsistentHash::prepare(Time now) {
    if (table_.empty()) table_ = HashTable(members().endpoint_table());
    if (picks_until_count_-- == 0) count_calls(now);
    in_flight_ += 1;
}

void ConsistentHash::count_calls(Time now) {
    in_flight_ = 0;
    for (Slot slot = 0; slot < members().active(); ++slot) {
        in_flight_ += members().counters().load_at(slot, now, rates()).busy();
    }
    picks_until_count_ =
        std::max(kMinPicksPerCount, static_cast<std::uint32_t>(members().active() / 4));
}

Slot ConsistentHash::pick(const PickContext& context, Time now, Random& random) {
    return choose(context.hash_key ? *context.hash_key : random(), now, [](Slot) { return true; });
}

Slot ConsistentHash::pick_within(
    const Scope& scope, const PickContext& context, Time now, Random& random
) {
    const auto key = context.hash_key ? *context.hash_key : random();
    if (!scope.group()) {
        const auto slot = choose(key, now, [&](Slot each) { return !scope.excludes(each); });
        if (!scope.excludes(slot)) return slot;
    }
    // Rendezvous hashing itself: who has the highest number for this key. Those that serve first.
    Slot best = kNoSlot;
    float best_score = 0;
    scope.find_if(random, [&](Slot slot) {
        const auto& endpoint = members().endpoint(slot);
        const auto drawn = unit(mixed(hash_of(endpoint) ^ mixed(key))) + 0x1p-25F;
        auto score = -static_cast<float>(members().weight(slot)) / std::log(drawn);
        if (health_ && !health_->is_candidate(slot)) score *= 1e-6F;
        if (best == kNoSlot || score > best_score) {
            best = slot;
            best_score = score;
        }
        return false;
    });
    return best;
}

template <class May>
Slot ConsistentHash::choose(std::uint64_t key, Time now, May&& may) {
    prepare(now);
    const auto owner = table_.owner(key);
    // Who is broken is tried by calls of its own keys, so that no other key leaves its endpoint.
    if (health_ && may(owner)) {
        const auto probe = health_->take_probe(now, [owner](Slot slot) { return slot == owner; });
        if (probe != kNoSlot) return probe;
    }
    const auto& endpoint_table = members().endpoint_table();
    const auto all = endpoint_table.mean_weight() * static_cast<float>(members().active());
    const auto per_weight = settings_->max_load * in_flight_ / all;
    Slot least = owner;
    float least_full = std::numeric_limits<float>::max();
    auto at = owner;
    for (std::uint64_t look = 0; look < kMaxLooks; ++look) {
        if (look > 0) at = table_.owner(key + look * 0xD6E8FEB86659FD93ULL);
        if (!may(at)) continue;
        if (health_ && !health_->is_candidate(at)) continue;
        if (health_ && health_->any_starting()) {
            health_->end_slow_start(at, now);
            if (unit(mixed(key ^ at)) >= health_->share(at, now)) continue;
        }
        const auto weight = static_cast<float>(members().weight(at));
        const auto calls = std::round(members().counters().load_at(at, now, rates()).busy());
        if (calls + 1 <= std::max(1.0F, std::ceil(per_weight * weight))) return at;
        if (calls / weight < least_full) {
            least_full = calls / weight;
            least = at;
        }
    }
    return least;
}

bool ConsistentHash::report(Slot slot, CallOutcome outcome, float took_us, Time now) {
    in_flight_ = std::max(in_flight_ - 1, 0.0F);
    const auto& counters = members().counters();
    if (!health_) {
        const bool slow = too_slow(settings_->health, took_us, counters.averages().latency_us);
        if (outcome == CallOutcome::success && !slow) return false;
        begin_health(now);
    }
    return health_->report(slot, outcome, took_us, counters, now);
}

void ConsistentHash::advance(Time now) {
    if (health_) health_->advance(now);
}

Standing ConsistentHash::standing(Slot slot) const {
    auto standing = Policy::standing(slot);
    if (health_) standing.state = health_->state(slot);
    return standing;
}

}  // namespace lars::lb
