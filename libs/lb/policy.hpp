#pragma once

#include "lb/members.hpp"
#include "lb/picking/pick_context.hpp"
#include "lb/picking/scope.hpp"
#include "lb/random.hpp"
#include "lb/transition.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string_view>

namespace lars::lb {

/// What a policy says of an endpoint.
struct Standing {
    State state = State::healthy;
    std::uint32_t successes = 0;  ///< of the current window
    std::uint32_t failures = 0;
};

/// What a policy is made with.
struct PolicyStart {
    const Members& members;              ///< of its module; outlives the policy
    const Listener* listener = nullptr;  ///< may be null; outlives the policy
    /// What the policy before said of each active member; empty when there was none.
    std::span<const State> states;
    Time now{};
};

/// Decides which of a module's endpoints is called next, and judges them. It sees the active
/// members only, by slot. It reads their counters and changes none. Belongs to one thread; time is
/// an argument and never runs backwards.
class Policy {
public:
    Policy(const Policy&) = delete;
    Policy& operator=(const Policy&) = delete;
    virtual ~Policy() = default;

    virtual std::string_view name() const = 0;
    /// How the members' feedback is to be weighed; valid as long as the policy.
    virtual const FeedbackRates& rates() const;

    /// The members have changed: `origins` has for each active one the slot it had before, or
    /// kNoSlot for one that wasn't there or was drained.
    virtual void update(std::span<const Slot> /*origins*/, Time /*now*/) {}

    /// Returns kNoSlot when none may be called now. Precondition: there are members.
    virtual Slot pick(const PickContext& context, Time now, Random& random) = 0;
    /// The same, of those in the scope only. Precondition: there are some. Unless the policy knows
    /// better, one of a group is drawn by weight, and it is never one that is suspended.
    virtual Slot pick_within(
        const Scope& scope, const PickContext& context, Time now, Random& random
    );
    /// A call was reported, and is in the member's counters already. It took that many
    /// microseconds; negative: nobody knows. Returns whether the member has recovered, so that what
    /// it was like before is to be dropped from its counters.
    virtual bool report(Slot /*slot*/, CallOutcome /*outcome*/, float /*took_us*/, Time /*now*/) {
        return false;
    }
    /// Does what is due, so that it is done without picks and reports too.
    virtual void advance(Time /*now*/) {}

    virtual Standing standing(Slot slot) const;

protected:
    explicit Policy(const PolicyStart& start)
        : members_(start.members), listener_(start.listener) {}

    const Members& members() const { return members_; }
    /// Tells the listener, if there is one; `transition.endpoint` is filled in.
    void notify(Slot slot, Transition transition) const;

private:
    const Members& members_;
    const Listener* listener_;
};

/// Makes a policy with its parameters for one module. May be used for any number of modules.
using PolicyFactory = std::function<std::unique_ptr<Policy>(const PolicyStart&)>;

/// For a policy whose constructor takes a PolicyStart and these arguments, of which each policy
/// gets a copy.
template <class P, class... Args>
PolicyFactory factory_of(Args... args) {
    return [args...](const PolicyStart& start) { return std::make_unique<P>(start, args...); };
}

}  // namespace lars::lb
