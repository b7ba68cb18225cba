#include "lb/balancer.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

// How much one call moves the module's mean latency, and up to how many times the mean it counts:
// a few endpoints that hang are not what the module is like.
constexpr float kMeanWeight = 1.0F / 64;
constexpr float kMaxOfMean = 4;
// How much one call moves the module's failure rate: a single endpoint that dies hardly does.
constexpr float kFailureWeight = 1.0F / 256;

}  // namespace

Balancer::Balancer(std::unique_ptr<Policy> policy, const Listener* listener)
    : policy_(std::move(policy)) {
    attach(listener, Time::min(), {});
}

Balancer::~Balancer() = default;

void Balancer::attach(const Listener* listener, Time now, std::span<const State> states) {
    policy_->members_ = &members_;
    policy_->listener_ = listener;
    policy_->start(states, now);
}

Pick Balancer::pick(Time now, Random& random) {
    if (members_.size() == 0) return {};
    now = forward(now);
    const auto slot = policy_->pick(now, random);
    if (slot == kNoSlot) return {ReturnCode::overload, {}};
    auto& load = members_.load(slot);
    load.settle(now, members_.latency_us, policy_->rates());
    load.note_pick();
    return {ReturnCode::succ, members_.endpoint(slot)};
}

std::optional<Slot> Balancer::report(const Endpoint& endpoint, const Call& call, Time now) {
    const auto slot = members_.endpoint_table().find(endpoint);
    if (slot == kNoSlot) return {};
    now = forward(now);
    const auto& rates = policy_->rates();
    auto& load = members_.load(slot);
    load.settle(now, members_.latency_us, rates);
    const auto took = load.note_report(call, rates);
    if (took > 0 && call.outcome == CallOutcome::success) {
        auto& mean = members_.latency_us;
        mean = mean > 0 ? mean + kMeanWeight * (std::min(took, kMaxOfMean * mean) - mean) : took;
    }
    members_.tally(slot).note(call.outcome, now, rates);
    if (slot < members_.active()) policy_->report(slot, call.outcome, took, now);
    // Only now: a call is judged by what the module was like before it.
    auto& failures = members_.failure_rate;
    const bool failed = call.outcome == CallOutcome::failure;
    failures = std::max(failures + kFailureWeight * ((failed ? 1.0F : 0.0F) - failures), 1e-6F);
    return slot;
}

void Balancer::update(const Route& route, Time now) {
    update(std::make_shared<const EndpointTable>(route), now);
}

void Balancer::update(EndpointTablePtr endpoint_table, Time now) {
    now = forward(now);
    const auto active_before = members_.active();
    auto origins = members_.replace(std::move(endpoint_table));
    origins.resize(members_.active());
    for (auto& origin : origins) {
        if (origin >= active_before) origin = kNoSlot;  // drained until now: as good as new
    }
    policy_->update(origins, now);
}

void Balancer::use(std::unique_ptr<Policy> policy, Time now) {
    now = forward(now);
    std::vector<State> states(members_.active());
    for (Slot slot = 0; slot < states.size(); ++slot) {
        states[slot] = policy_->standing(slot).state;
    }
    const auto* listener = policy_->listener_;
    policy_ = std::move(policy);
    attach(listener, now, states);
}

void Balancer::advance(Time now) {
    policy_->advance(forward(now));
}

EndpointView Balancer::view(Slot slot) const {
    const auto& tally = members_.tally(slot);
    const auto standing = slot < members_.active()
                              ? policy_->standing(slot)
                              : Standing{State::healthy, tally.successes, tally.failures};
    return {
        members_.endpoint(slot),
        members_.weight(slot),
        standing.state,
        standing.successes,
        standing.failures,
        members_.load(slot)};
}

void Balancer::visit(const std::function<void(const EndpointView&)>& visitor) const {
    for (Slot slot = 0; slot < members_.size(); ++slot) visitor(view(slot));
}

}  // namespace lars::lb
