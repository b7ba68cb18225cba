#pragma once

#include "lb/policy.hpp"
#include "sim/world.hpp"

namespace lars::sim {

/// Sees every server and every caller's calls, also those on their way, knows how far each server
/// is, and avoids servers that aren't up.
class Oracle final : public lb::Policy {
public:
    enum class Goal : std::uint8_t {
        least_work,    ///< the server with the least work left for its workers and speed
        earliest_end,  ///< … where a call of the mean length would end first
    };

    Oracle(const lb::PolicyStart& start, Goal goal, const World& world)
        : Policy(start), goal_(goal), world_(world) {}

    std::string_view name() const override {
        return goal_ == Goal::least_work ? "oracle" : "oracle_end";
    }
    lb::Slot pick(const lb::PickContext& context, lb::Time now, lb::Random& random) override;

private:
    double cost(lb::Slot slot, lb::Time now) const;

    Goal goal_;
    World world_;  // with the ways from its caller
};

}  // namespace lars::sim
