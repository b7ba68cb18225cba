#pragma once

#include "base/error.hpp"
#include "lb/policy.hpp"
#include "lb/tag_groups.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace lars::lb {

/// What a caller gets: an endpoint with `succ`, or `overload` or `noexist` without one.
struct Pick {
    ReturnCode code = ReturnCode::noexist;
    Endpoint endpoint;
    /// After how long a retry may be asked for that was refused.
    std::chrono::milliseconds wait{};
    /// How near it is; none where zones aren't known.
    std::optional<Nearness> nearness = {};
};

/// One endpoint as people and reports see it.
struct EndpointView {
    Endpoint endpoint;
    std::uint32_t weight = 0;
    State state = State::healthy;
    std::uint32_t successes = 0;  ///< of the current window
    std::uint32_t failures = 0;
    Load load;
    float latency_us = 0;                   ///< what a call is believed to take; 0: nothing known
    std::optional<Nearness> nearness = {};  ///< of an active one; none where zones aren't known
    std::optional<float> server_load = {};  ///< as it said last, 0 idle to 1 full
};

/// Chooses an endpoint of one module: its members with their counters, kept over changes of the
/// route and of the policy, and a policy that picks and judges. The only one who adds to counters.
/// Belongs to one thread and stays where it is. A clock that goes back stands still.
class Balancer {
public:
    /// The listener may be null; it outlives the balancer.
    explicit Balancer(const PolicyFactory& factory, const Listener* listener = nullptr);
    Balancer(const Balancer&) = delete;
    Balancer& operator=(const Balancer&) = delete;
    ~Balancer();

    /// O(1) but for weighted_round_robin; allocates nothing, but for the first one of each route
    /// that selects. NOEXIST when no endpoint is what the context selects; OVERLOAD when all of
    /// those that are were left out.
    Pick pick(const PickContext& context, Time now, Random& random);

    /// Adds a call that a caller reports. Returns which endpoint of the route it is; nothing when
    /// it is none, and nothing changed.
    std::optional<Slot> report(const Endpoint& endpoint, const Call& call, Time now);

    /// Replaces the endpoints; those that stay keep their counters and state. Precondition: the
    /// route is canonical.
    void update(EndpointTablePtr endpoint_table, Time now);
    void update(const Route& route, Time now);
    /// Where the callers are ("region/zone", or empty): policies that know of zones prefer what is
    /// near. May change at any time. Precondition: it is a zone.
    void set_zone(std::string zone);
    const std::string& zone() const { return members_.zone(); }
    /// From now on another policy chooses. It begins with the counters that there are, and with the
    /// endpoints suspended that were.
    void use(const PolicyFactory& factory, Time now);
    const Policy& policy() const { return *policy_; }
    const EndpointTable& endpoint_table() const { return members_.endpoint_table(); }
    const EndpointTablePtr& shared_endpoint_table() const {
        return members_.shared_endpoint_table();
    }

    /// Ends the windows and timeouts that are due.
    void advance(Time now);

    EndpointView view(Slot slot) const;
    void visit(const std::function<void(const EndpointView&)>& visitor) const;

private:
    Time forward(Time now) { return now_ = std::max(now_, now); }

    Pick pick_within(const PickContext& context, Time now, Random& random);
    std::optional<Nearness> nearness(Slot slot) const;
    Pick picked(Slot slot, Time now);

    Members members_;
    std::unique_ptr<TagGroups> groups_;  // of this route; made when it is first needed
    const Listener* listener_;
    std::unique_ptr<Policy> policy_;
    Time now_ = Time::min();
};

}  // namespace lars::lb
