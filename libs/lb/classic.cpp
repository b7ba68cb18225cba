#include "lb/classic.hpp"

#include <algorithm>
#include <list>
#include <unordered_map>
#include <unordered_set>

namespace lars::lb {
namespace {

struct Node {
    Endpoint endpoint;
    State state = State::idle;
    Time since{};  // start of the window when idle, of the punishment when overloaded
    // The virtual counts decide; the real ones are what callers reported.
    std::uint32_t virtual_successes = 0;
    std::uint32_t virtual_failures = 0;
    std::uint32_t successes = 0;
    std::uint32_t failures = 0;
    std::uint32_t successes_in_a_row = 0;
    std::uint32_t failures_in_a_row = 0;
};

double share(std::uint32_t part, std::uint32_t rest) {
    const auto all = double(part) + double(rest);
    return all == 0 ? 0 : double(part) / all;
}

class Classic final : public Balancer {
public:
    explicit Classic(const ClassicOptions& options) : options_(options) {}

    Pick pick(Time now) override {
        advance(now);
        if (idle_.empty() && overload_.empty()) return {};
        if (overload_.empty()) return take_turn(idle_);
        if (++picks_since_probe_ > options_.probe_num) {
            picks_since_probe_ = 0;
            return take_turn(overload_);
        }
        if (idle_.empty()) return {ReturnCode::overload, {}};
        return take_turn(idle_);
    }

    bool report(
        const Endpoint& endpoint,
        CallOutcome outcome,
        std::optional<std::chrono::microseconds> /*latency*/,
        Time now
    ) override {
        advance(now);
        const auto found = nodes_.find(endpoint);
        if (found == nodes_.end()) return false;
        const auto node = found->second;
        count(*node, outcome);
        if (node->state == State::idle && outcome == CallOutcome::failure) {
            consider_overload(node, now);
        } else if (node->state == State::overload && outcome == CallOutcome::success) {
            consider_recovery(node, now);
        }
        return true;
    }

    void update(const Route& route, Time now) override {
        std::unordered_set<Endpoint> wanted;
        for (const auto& each : route.endpoints) wanted.insert(each.endpoint);
        const auto gone = [this, &wanted](const Node& node) {
            if (wanted.contains(node.endpoint)) return false;
            nodes_.erase(node.endpoint);
            return true;
        };
        idle_.remove_if(gone);
        overload_.remove_if(gone);
        for (const auto& each : route.endpoints) {
            if (nodes_.contains(each.endpoint)) continue;
            const auto node = idle_.emplace(idle_.end());
            node->endpoint = each.endpoint;
            begin_idle(*node, now);
            nodes_.emplace(each.endpoint, node);
        }
        if (overload_.empty()) picks_since_probe_ = 0;
    }

    void advance(Time now) override {
        if (now < next_due_) return;
        next_due_ = Time::max();
        end_windows(now);
        end_punishments(now);
        for (const auto& node : idle_) note_due(node);
        for (const auto& node : overload_) note_due(node);
    }

    void visit(const std::function<void(const EndpointView&)>& visitor) const override {
        const auto show = [&visitor](const Node& node) {
            visitor({node.endpoint, node.state, node.successes, node.failures});
        };
        std::for_each(idle_.begin(), idle_.end(), show);
        std::for_each(overload_.begin(), overload_.end(), show);
    }

private:
    // The front is next. A node moves between the queues without being copied.
    using Queue = std::list<Node>;
    using Position = Queue::iterator;

    static Pick take_turn(Queue& queue) {
        queue.splice(queue.end(), queue, queue.begin());
        return {ReturnCode::succ, queue.back().endpoint};
    }

    static void count(Node& node, CallOutcome outcome) {
        if (outcome == CallOutcome::success) {
            ++node.virtual_successes;
            ++node.successes;
            ++node.successes_in_a_row;
            node.failures_in_a_row = 0;
        } else {
            ++node.virtual_failures;
            ++node.failures;
            ++node.failures_in_a_row;
            node.successes_in_a_row = 0;
        }
    }

    void consider_overload(Position node, Time now) {
        if (share(node->virtual_failures, node->virtual_successes) > options_.err_rate) {
            enter_overload(node, now, "error rate");
        } else if (node->failures_in_a_row >= options_.contin_err_limit) {
            enter_overload(node, now, "consecutive errors");
        }
    }

    void consider_recovery(Position node, Time now) {
        if (share(node->virtual_successes, node->virtual_failures) > options_.succ_rate) {
            enter_idle(node, now, "success rate");
        } else if (node->successes_in_a_row >= options_.contin_succ_limit) {
            enter_idle(node, now, "consecutive successes");
        }
    }

    void end_windows(Time now) {
        for (auto next = idle_.begin(); next != idle_.end();) {
            const auto node = next++;
            if (now < node->since + options_.idle_timeout) continue;
            const bool called = node->successes + node->failures > 0;
            if (called && share(node->failures, node->successes) >= options_.window_err_rate) {
                enter_overload(node, now, "error rate of a window");
            } else {
                begin_idle(*node, now);
            }
        }
    }

    void end_punishments(Time now) {
        for (auto next = overload_.begin(); next != overload_.end();) {
            const auto node = next++;
            if (now < node->since + options_.overload_timeout) continue;
            enter_idle(node, now, "overload timeout");
        }
    }

    void enter_overload(Position node, Time now, std::string_view reason) {
        const auto endpoint = node->endpoint;
        *node = Node{.endpoint = endpoint, .state = State::overload, .since = now};
        node->virtual_failures = options_.init_err_cnt;
        overload_.splice(overload_.end(), idle_, node);
        note_due(*node);
        tell({endpoint, State::idle, State::overload, reason});
    }

    void enter_idle(Position node, Time now, std::string_view reason) {
        begin_idle(*node, now);
        idle_.splice(idle_.end(), overload_, node);
        if (overload_.empty()) picks_since_probe_ = 0;
        tell({node->endpoint, State::overload, State::idle, reason});
    }

    void begin_idle(Node& node, Time now) {
        const auto endpoint = node.endpoint;
        node = Node{.endpoint = endpoint, .state = State::idle, .since = now};
        node.virtual_successes = options_.init_succ_cnt;
        note_due(node);
    }

    void note_due(const Node& node) {
        const auto timeout =
            node.state == State::idle ? options_.idle_timeout : options_.overload_timeout;
        next_due_ = std::min<Time>(next_due_, node.since + timeout);
    }

    void tell(const Transition& transition) const {
        if (on_transition) on_transition(transition);
    }

    ClassicOptions options_;
    Queue idle_;
    Queue overload_;
    std::unordered_map<Endpoint, Position> nodes_;
    std::uint32_t picks_since_probe_ = 0;
    Time next_due_ = Time::max();
};

}  // namespace

std::unique_ptr<Balancer> make_classic(const ClassicOptions& options) {
    return std::make_unique<Classic>(options);
}

}  // namespace lars::lb
