#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lars {

inline constexpr std::uint32_t kDefaultWeight = 100;
inline constexpr std::uint32_t kMaxWeight = 65'535;

struct RouteEndpoint {
    Endpoint endpoint;
    /// Its share of the calls, beside the other endpoints' weights. 0: drained; it stays known, and
    /// reports of it count, but it gets no new calls unless all of the module's weights are 0.
    std::uint32_t weight = kDefaultWeight;
    std::string zone;  ///< "region/zone" (base/zone.hpp); empty: not said
    std::string tags;  ///< canonical (base/tags.hpp); empty: none

    friend auto operator<=>(const RouteEndpoint&, const RouteEndpoint&) = default;
};

struct RoutePolicy {
    std::string name;  ///< empty: the agent's default
    std::map<std::string, double> parameters;

    friend bool operator==(const RoutePolicy&, const RoutePolicy&) = default;
};

/// The endpoints of one module. In canonical form they are sorted and each endpoint stands once.
struct Route {
    ModuleId module;
    std::vector<RouteEndpoint> endpoints;
    RoutePolicy policy;
    /// Of the table that it was read from. Two routes of one store with different etags: the one of
    /// the higher version is the later one.
    std::uint64_t version = 0;
    std::uint64_t store_id = 0;  ///< that table's store; 0: not known
    std::string name{};          ///< the module's, for people; empty: none, or not known

    friend bool operator==(const Route&, const Route&) = default;
};

/// Sorts the endpoints and drops all but the first (lowest weight) of equal ones.
void canonicalize(Route& route);

/// A 64-bit hash (FNV-1a) of the canonical form, version, store and name left out: equal routes
/// have equal etags on every machine. What came later than zones adds nothing where it has its
/// default, so that a dns of before and one of now have the same etag for a route without it. Never
/// 0, which on the wire means "none". Precondition: canonical.
std::uint64_t etag_of(const Route& route);

}  // namespace lars
