#pragma once

#include "base/error.hpp"
#include "lb/policy.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace lars::lb {

/// What a caller is told: an endpoint with `succ`, or `overload` or `noexist` without one.
struct Pick {
    ReturnCode code = ReturnCode::noexist;
    Endpoint endpoint;
};

struct EndpointView {
    Endpoint endpoint;
    std::uint32_t weight = 0;
    State state = State::healthy;
    std::uint32_t successes = 0;  ///< of the current window
    std::uint32_t failures = 0;
    Load load;
};

/// Chooses an endpoint of one module: feedback, kept here over changes of the route and of the
/// policy, and a policy that judges it. Belongs to one thread. A clock that goes back stands still.
class Balancer {
public:
    /// The listener may be null; it outlives the balancer.
    explicit Balancer(std::unique_ptr<Policy> policy, const Listener* listener = nullptr);
    Balancer(const Balancer&) = delete;
    Balancer& operator=(const Balancer&) = delete;
    ~Balancer();

    Pick pick(Time now, Random& random);

    /// Answers which endpoint of the route it is; nothing when it is none, and nothing changed.
    std::optional<Slot> report(const Endpoint& endpoint, const Call& call, Time now);

    /// Replaces the endpoints; those that stay keep their feedback and state. Precondition: the
    /// route is canonical.
    void update(EndpointTablePtr endpoint_table, Time now);
    void update(const Route& route, Time now);
    /// From now on another policy chooses. It begins with the feedback that there is, and with the
    /// endpoints suspended that were.
    void use(std::unique_ptr<Policy> policy, Time now);
    const Policy& policy() const { return *policy_; }
    const EndpointTable& endpoint_table() const { return members_.endpoint_table(); }
    const EndpointTablePtr& shared_roster() const { return members_.shared_roster(); }

    /// Ends the windows and timeouts that are due.
    void advance(Time now);

    EndpointView view(Slot slot) const;
    void visit(const std::function<void(const EndpointView&)>& visitor) const;

private:
    void attach(const Listener* listener, Time now, std::span<const State> states);
    Time forward(Time now) { return now_ = std::max(now_, now); }

    Members members_;
    std::unique_ptr<Policy> policy_;
    Time now_ = Time::min();
};

}  // namespace lars::lb
