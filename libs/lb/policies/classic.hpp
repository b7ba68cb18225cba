#pragma once

#include "lb/policies/classic_options.hpp"
#include "lb/policies/slot_queues.hpp"
#include "lb/policy.hpp"

#include <cstdint>
#include <vector>

namespace lars::lb {

/// The original Lars's policy: two queues, round robin in each, probing by a share of the picks.
/// Knows neither weights nor latency.
class Classic final : public Policy {
public:
    using Options = ClassicOptions;

    static constexpr std::string_view kName = "classic";
    static constexpr std::string_view kSummary =
        "the original's: each in its turn, the overloaded by a share of the picks";
    static const std::vector<ParameterOf<Options>>& parameters() { return classic_parameters(); }
    static PolicyFactory factory(const Options& options) { return factory_of<Classic>(options); }

    Classic(const PolicyStart& start, const Options& options);

    std::string_view name() const override { return kName; }
    void update(std::span<const Slot> origins, Time now) override;
    Slot pick(const PickContext& context, Time now, Random& random) override;
    bool report(Slot slot, CallOutcome outcome, float took_us, Time now) override;
    void advance(Time now) override;
    Standing standing(Slot slot) const override;

private:
    struct Node {
        State state = State::idle;
        Time since{};  // idle: when its window began; overload: when that began
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
    void end_overloads(Time now);
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
