#pragma once

#include "lb/members.hpp"
#include "lb/random.hpp"
#include "lb/transition.hpp"

#include <span>
#include <string_view>

namespace lars::lb {

/// What a policy tells of an endpoint.
struct Standing {
    State state = State::healthy;
    std::uint32_t successes = 0;  ///< of the current window
    std::uint32_t failures = 0;
};

/// Which of a module's endpoints is called next. It sees the active members only, by slot, with
/// their feedback; time never runs backwards for it.
class Policy {
public:
    virtual ~Policy() = default;

    virtual std::string_view name() const = 0;
    /// How the members' feedback is to be weighed; valid as long as the policy.
    virtual const FeedbackRates& rates() const;

    /// Before all else, once: what the policy before thought of each member.
    virtual void start(std::span<const State> /*states*/, Time /*now*/) {}
    /// The members have changed: `origins` says for each where it was before.
    virtual void update(std::span<const Slot> /*origins*/, Time /*now*/) {}

    /// kNoSlot when none may be called now. Precondition: there are members.
    virtual Slot pick(Time now, Random& random) = 0;
    /// A call was reported, and is in the member's feedback already. It took that many
    /// microseconds; negative: nobody knows.
    virtual void report(Slot /*slot*/, CallOutcome /*outcome*/, float /*took_us*/, Time /*now*/) {}
    /// Does what is due, so that it is done without picks and reports too.
    virtual void advance(Time /*now*/) {}

    virtual Standing standing(Slot slot) const;

protected:
    Members& members() { return *members_; }
    const Members& members() const { return *members_; }
    /// `transition.endpoint` is filled in.
    void tell(Slot slot, Transition transition) const;

private:
    friend class Balancer;

    Members* members_ = nullptr;
    const Listener* listener_ = nullptr;
};

}  // namespace lars::lb
