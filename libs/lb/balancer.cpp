#include "lb/balancer.hpp"

#include <numeric>
#include <utility>

namespace lars::lb {

Balancer::Balancer(const PolicyFactory& factory, const Listener* listener)
    : listener_(listener),
      policy_(factory({.members = members_, .listener = listener, .states = {}, .now = Time::min()})
      ) {}

Balancer::~Balancer() = default;

Pick Balancer::pick(const PickContext& context, Time now, Random& random) {
    if (members_.size() == 0) return {};
    now = forward(now);
    if (context.restricts(members_.endpoint_table())) return pick_within(context, now, random);
    return picked(policy_->pick(context, now, random), now);
}

Pick Balancer::pick_within(const PickContext& context, Time now, Random& random) {
    Group* group = nullptr;
    const bool some = context.selects(members_.endpoint_table());
    if (some) {
        if (!groups_) groups_ = std::make_unique<TagGroups>(members_.endpoint_table());
        group = context.select.empty() ? groups_->ipv4() : groups_->find(context.select);
        if (!group) return {};
    }
    const Scope scope(members_.endpoint_table(), group, context.exclude);
    if (scope.empty()) return {.code = ReturnCode::overload};
    return picked(policy_->pick_within(scope, context, now, random), now);
}

Pick Balancer::picked(Slot slot, Time now) {
    if (slot == kNoSlot) return {.code = ReturnCode::overload};
    const auto lightness = members_.endpoint_table().lightness(slot);
    members_.counters().add_pick(slot, now, policy_->rates(), lightness);
    return {
        .code = ReturnCode::succ, .endpoint = members_.endpoint(slot), .nearness = nearness(slot)};
}

std::optional<Nearness> Balancer::nearness(Slot slot) const {
    const auto all = members_.nearness();
    return slot < all.size() ? std::optional(all[slot]) : std::nullopt;
}

std::optional<Slot> Balancer::report(const Endpoint& endpoint, const Call& call, Time now) {
    const auto& endpoint_table = members_.endpoint_table();
    const auto slot = endpoint_table.find(endpoint);
    if (slot == kNoSlot) return {};
    now = forward(now);
    auto& counters = members_.counters();
    const auto took_us =
        counters.add_report(slot, call, now, policy_->rates(), endpoint_table.lightness(slot));
    if (slot < members_.active() && policy_->report(slot, call.outcome, took_us, now)) {
        counters.forgive(slot, now);
    }
    counters.add_to_failure_rate(call.outcome);
    if (call.server_load) counters.set_server_load(slot, *call.server_load);
    return slot;
}

void Balancer::update(const Route& route, Time now) {
    update(std::make_shared<const EndpointTable>(route), now);
}

void Balancer::update(EndpointTablePtr endpoint_table, Time now) {
    now = forward(now);
    const auto active_before = members_.active();
    groups_.reset();
    auto origins = members_.replace(std::move(endpoint_table));
    origins.resize(members_.active());
    for (auto& origin : origins) {
        if (origin >= active_before) origin = kNoSlot;  // drained until now: as good as new
    }
    policy_->update(origins, now);
}

void Balancer::set_zone(std::string zone) {
    if (zone == members_.zone()) return;
    groups_.reset();
    members_.set_zone(std::move(zone));
    std::vector<Slot> same(members_.active());
    std::iota(same.begin(), same.end(), Slot{0});
    policy_->update(same, now_);
}

void Balancer::use(const PolicyFactory& factory, Time now) {
    now = forward(now);
    groups_.reset();  // they know whom the policy holds for well
    std::vector<State> states(members_.active());
    for (Slot slot = 0; slot < states.size(); ++slot) {
        states[slot] = policy_->standing(slot).state;
    }
    policy_ = factory({.members = members_, .listener = listener_, .states = states, .now = now});
}

void Balancer::advance(Time now) {
    policy_->advance(forward(now));
}

EndpointView Balancer::view(Slot slot) const {
    const auto& tally = members_.counters().tally(slot);
    const auto standing = slot < members_.active()
                              ? policy_->standing(slot)
                              : Standing{State::healthy, tally.successes, tally.failures};
    return {
        members_.endpoint(slot),
        members_.weight(slot),
        standing.state,
        standing.successes,
        standing.failures,
        members_.counters().load(slot),
        members_.counters().latency_us(slot),
        nearness(slot),
        members_.counters().server_load(slot)};
}

void Balancer::visit(const std::function<void(const EndpointView&)>& visitor) const {
    for (Slot slot = 0; slot < members_.size(); ++slot) visitor(view(slot));
}

}  // namespace lars::lb
