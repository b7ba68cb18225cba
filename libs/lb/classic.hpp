#pragma once

#include "lb/policy.hpp"
#include "lb/slot_queues.hpp"

#include <chrono>
#include <cstdint>
#include <vector>

namespace lars::lb {

/// Parameters of the classic policy, with the original's names and sample values.
struct ClassicOptions {
    std::uint32_t probe_num = 10;
    std::uint32_t init_succ_cnt = 180;
    std::uint32_t init_err_cnt = 5;
    double err_rate = 0.1;
    double succ_rate = 0.5;
    std::uint32_t contin_err_limit = 15;
    std::uint32_t contin_succ_limit = 15;
    std::chrono::milliseconds idle_timeout{15'000};
    double window_err_rate = 0.7;
    std::chrono::milliseconds overload_timeout{15'000};
};

/// The original Lars's policy: two queues, round robin in each, probing by a share of the picks.
/// Knows neither weights nor latency.
class Classic final : public Policy {
public:
    explicit Classic(const ClassicOptions& options) : options_(options) {}

    std::string_view name() const override { return "classic"; }
    void start(std::span<const State> states, Time now) override;
    void update(std::span<const Slot> origins, Time now) override;
    Slot pick(Time now, Random& random) override;
    void report(Slot slot, CallOutcome outcome, float took_us, Time now) override;
    void advance(Time now) override;
    Standing standing(Slot slot) const override;

private:
    struct Node {
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
    enum Queue : std::size_t { idle_queue, overload_queue };
    static Queue queue_of(const Node& node) {
        return node.state == State::idle ? idle_queue : overload_queue;
    }

    Slot take_turn(Queue queue);
    static void count(Node& node, CallOutcome outcome);
    void consider_overload(Slot slot, Time now);
    void consider_recovery(Slot slot, Time now);
    void end_windows(Time now);
    void end_punishments(Time now);
    void enter_overload(Slot slot, Time now, Transition why);
    void enter_idle(Slot slot, Time now, Transition why);
    Node idle_node(Time now) const;
    Node overload_node(Time now) const;
    void replace(Slot slot, const Node& node);
    void enqueue(Slot slot);

    ClassicOptions options_;
    std::vector<Node> nodes_;
    SlotQueues<2> turns_;  // the front is next
    SlotQueues<2> dues_;   // by `since`, so that what is due stands in front
    std::uint32_t picks_since_probe_ = 0;
};

}  // namespace lars::lb
