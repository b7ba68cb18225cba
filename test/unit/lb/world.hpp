#pragma once

#include "lb/balancer.hpp"
#include "support/catch.hpp"

#include <map>
#include <vector>

namespace lars::lb::test {

using namespace std::chrono_literals;

inline Endpoint node(int number) {
    return Endpoint::from_ipv4(0x0A000000U + static_cast<std::uint32_t>(number), 80);
}

/// Nodes 1 to `nodes`.
inline Route route_of(int nodes, std::uint32_t weight = kDefaultWeight) {
    Route route;
    route.module = {1, 1};
    for (int i = 1; i <= nodes; ++i) route.endpoints.push_back({node(i), weight, ""});
    return route;
}

/// A balancer with a clock and a callers' side.
class World {
public:
    World(int nodes, const PolicyFactory& factory) : balancer(factory, &listener) {
        balancer.update(route_of(nodes), now);
    }

    void fail(int number, int times = 1) { report(number, CallOutcome::failure, times); }
    void succeed(int number, int times = 1) { report(number, CallOutcome::success, times); }
    void report(int number, CallOutcome outcome, int times, Call::Latency latency = {}) {
        for (int i = 0; i < times; ++i) balancer.report(node(number), {outcome, latency}, now);
    }

    EndpointView view(int number) const {
        EndpointView found;
        balancer.visit([&](const EndpointView& each) {
            if (each.endpoint == node(number)) found = each;
        });
        return found;
    }
    State state(int number) const { return view(number).state; }

    Pick pick() { return balancer.pick({}, now, random); }
    /// How often each was picked; OVERLOAD isn't counted.
    std::map<Endpoint, int> picks(int count) {
        std::map<Endpoint, int> picked;
        for (int i = 0; i < count; ++i) {
            const auto each = pick();
            if (each.code == ReturnCode::succ) ++picked[each.endpoint];
        }
        return picked;
    }
    /// As many calls, a millisecond apart, each reported at once as `outcome_of` says of its node.
    template <class OutcomeOf>
    std::map<Endpoint, int> calls(int count, OutcomeOf&& outcome_of) {
        std::map<Endpoint, int> picked;
        for (int i = 0; i < count; ++i) {
            now += 1ms;
            const auto each = pick();
            REQUIRE(each.code == ReturnCode::succ);
            ++picked[each.endpoint];
            balancer.report(each.endpoint, {outcome_of(each.endpoint), 1ms}, now);
        }
        return picked;
    }

    Time now{1h};
    Random random{1};
    std::vector<Transition> transitions;
    Listener listener = [this](ModuleId, const Transition& each) { transitions.push_back(each); };
    Balancer balancer;
};

}  // namespace lars::lb::test
