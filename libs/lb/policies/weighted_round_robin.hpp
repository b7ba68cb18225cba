#pragma once

#include "lb/policy.hpp"

#include <vector>

namespace lars::lb {

/// Turns as often as the weights say, spread evenly: the earliest deadline is next (EDF, as Envoy's
/// EdfScheduler), and an endpoint's deadlines are 1 / weight apart. A pick costs O(log n).
class WeightedRoundRobin final : public Policy {
public:
    static constexpr std::string_view kName = "weighted_round_robin";
    static constexpr std::string_view kSummary = "each in its turn, as often as its weight says";

    explicit WeightedRoundRobin(const PolicyStart& start) : Policy(start) {}

    std::string_view name() const override { return kName; }
    void update(std::span<const Slot> origins, Time now) override;
    Slot pick(const PickContext& context, Time now, Random& random) override;

private:
    struct Turn {
        double deadline = 0;  // of a turn in virtual time, which each pick moves on
        Slot slot = 0;

        friend bool operator>(const Turn& a, const Turn& b) {
            return a.deadline != b.deadline ? a.deadline > b.deadline : a.slot > b.slot;
        }
    };

    std::vector<Turn> turns_;  // a heap, the earliest in front
    bool dealt_ = false;
};

}  // namespace lars::lb
