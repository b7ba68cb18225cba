#include "lb/policies/classic.hpp"

namespace lars::lb {
namespace {

double share(std::uint32_t part, std::uint32_t rest) {
    const auto all = double(part) + double(rest);
    return all == 0 ? 0 : double(part) / all;
}

}  // namespace

Classic::Classic(const PolicyStart& start, const Options& options)
    : Policy(start), options_(options) {
    for (const auto state : start.states) {
        nodes_.push_back(suspended(state) ? overload_node(start.now) : idle_node(start.now));
    }
    turns_.reset(nodes_.size());
    dues_.reset(nodes_.size());
    for (Slot slot = 0; slot < nodes_.size(); ++slot) enqueue(slot);
}

void Classic::update(std::span<const Slot> origins, Time now) {
    std::vector<Slot> destinations(nodes_.size(), kNoSlot);
    std::vector<Node> nodes;
    nodes.reserve(origins.size());
    for (const auto origin : origins) {
        if (origin != kNoSlot) destinations[origin] = static_cast<Slot>(nodes.size());
        nodes.push_back(origin == kNoSlot ? idle_node(now) : nodes_[origin]);
    }
    SlotQueues<2> turns;
    SlotQueues<2> dues;
    turns.reset(nodes.size());
    dues.reset(nodes.size());
    const auto keep_order = [&](const SlotQueues<2>& from, SlotQueues<2>& to) {
        for (const auto queue : {idle_queue, overload_queue}) {
            for (auto old = from.front(queue); old != kNoSlot; old = from.after(old)) {
                if (destinations[old] != kNoSlot) to.push_back(queue, destinations[old]);
            }
        }
    };
    if (!nodes_.empty()) {
        keep_order(turns_, turns);
        keep_order(dues_, dues);
    }
    nodes_ = std::move(nodes);
    turns_ = std::move(turns);
    dues_ = std::move(dues);
    for (Slot slot = 0; slot < nodes_.size(); ++slot) {
        if (origins[slot] == kNoSlot) enqueue(slot);
    }
    if (turns_.empty(overload_queue)) picks_since_probe_ = 0;
}

Slot Classic::pick(const PickContext& /*context*/, Time now, Random& /*random*/) {
    advance(now);
    if (turns_.empty(overload_queue)) return take_turn(idle_queue);
    if (++picks_since_probe_ > options_.probe_num) {
        picks_since_probe_ = 0;
        return take_turn(overload_queue);
    }
    return turns_.empty(idle_queue) ? kNoSlot : take_turn(idle_queue);
}

Slot Classic::take_turn(Queue queue) {
    const auto slot = turns_.front(queue);
    turns_.remove(slot);
    turns_.push_back(queue, slot);
    return slot;
}

bool Classic::report(Slot slot, CallOutcome outcome, float /*took_us*/, Time now) {
    advance(now);
    auto& node = nodes_[slot];
    count(node, outcome);
    if (node.state == State::idle && outcome == CallOutcome::failure) {
        consider_overload(slot, now);
    } else if (node.state == State::overload && outcome == CallOutcome::success) {
        consider_recovery(slot, now);
    }
    return false;  // it counts for itself
}

void Classic::count(Node& node, CallOutcome outcome) {
    if (outcome == CallOutcome::success) {
        add_one(node.virtual_successes);
        add_one(node.successes);
        add_one(node.successes_in_a_row);
        node.failures_in_a_row = 0;
    } else {
        add_one(node.virtual_failures);
        add_one(node.failures);
        add_one(node.failures_in_a_row);
        node.successes_in_a_row = 0;
    }
}

void Classic::consider_overload(Slot slot, Time now) {
    const auto& node = nodes_[slot];
    const auto rate = share(node.virtual_failures, node.virtual_successes);
    if (rate > options_.err_rate) {
        enter_overload(
            slot, now, {.cause = Cause::error_rate, .value = rate, .limit = options_.err_rate}
        );
    } else if (node.failures_in_a_row >= options_.contin_err_limit) {
        enter_overload(
            slot,
            now,
            {.cause = Cause::consecutive_failures,
             .value = double(node.failures_in_a_row),
             .limit = double(options_.contin_err_limit)}
        );
    }
}

void Classic::consider_recovery(Slot slot, Time now) {
    const auto& node = nodes_[slot];
    const auto rate = share(node.virtual_successes, node.virtual_failures);
    if (rate > options_.succ_rate) {
        enter_idle(
            slot, now, {.cause = Cause::success_rate, .value = rate, .limit = options_.succ_rate}
        );
    } else if (node.successes_in_a_row >= options_.contin_succ_limit) {
        enter_idle(
            slot,
            now,
            {.cause = Cause::consecutive_successes,
             .value = double(node.successes_in_a_row),
             .limit = double(options_.contin_succ_limit)}
        );
    }
}

void Classic::advance(Time now) {
    end_windows(now);
    end_overloads(now);
}

void Classic::end_windows(Time now) {
    while (true) {
        const auto slot = dues_.front(idle_queue);
        if (slot == kNoSlot || now - nodes_[slot].since < options_.idle_timeout) return;
        const auto& node = nodes_[slot];
        const bool called = node.successes > 0 || node.failures > 0;
        const auto rate = share(node.failures, node.successes);
        if (called && rate >= options_.window_err_rate) {
            enter_overload(
                slot,
                now,
                {.cause = Cause::window_error_rate,
                 .value = rate,
                 .limit = options_.window_err_rate}
            );
        } else {
            nodes_[slot] = idle_node(now);
            dues_.remove(slot);
            dues_.push_back(idle_queue, slot);
        }
    }
}

void Classic::end_overloads(Time now) {
    while (true) {
        const auto slot = dues_.front(overload_queue);
        if (slot == kNoSlot || now - nodes_[slot].since < options_.overload_timeout) return;
        enter_idle(slot, now, {.cause = Cause::overload_timeout});
    }
}

void Classic::enter_overload(Slot slot, Time now, Transition why) {
    replace(slot, overload_node(now));
    why.from = State::idle;
    why.to = State::overload;
    notify(slot, why);
}

void Classic::enter_idle(Slot slot, Time now, Transition why) {
    replace(slot, idle_node(now));
    if (turns_.empty(overload_queue)) picks_since_probe_ = 0;
    why.from = State::overload;
    why.to = State::idle;
    notify(slot, why);
}

Classic::Node Classic::idle_node(Time now) const {
    return {.state = State::idle, .since = now, .virtual_successes = options_.init_succ_cnt};
}

Classic::Node Classic::overload_node(Time now) const {
    return {.state = State::overload, .since = now, .virtual_failures = options_.init_err_cnt};
}

void Classic::replace(Slot slot, const Node& node) {
    turns_.remove(slot);
    dues_.remove(slot);
    nodes_[slot] = node;
    enqueue(slot);
}

void Classic::enqueue(Slot slot) {
    const auto queue = queue_of(nodes_[slot]);
    turns_.push_back(queue, slot);
    dues_.push_back(queue, slot);
}

Standing Classic::standing(Slot slot) const {
    const auto& node = nodes_[slot];
    return {node.state, node.successes, node.failures};
}

}  // namespace lars::lb
