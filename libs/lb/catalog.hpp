#pragma once

#include "base/route.hpp"
#include "lb/parameter.hpp"
#include "lb/policies/adaptive_options.hpp"
#include "lb/policies/classic_options.hpp"
#include "lb/policies/consistent_hash.hpp"
#include "lb/policy.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::lb {

/// A policy as people are shown it.
struct PolicyInfo {
    std::string_view name;
    std::string_view summary;
    std::vector<Parameter> parameters;
};

/// All policies that a module can be given.
const std::vector<PolicyInfo>& catalog();
/// Null when there is none of that name.
const PolicyInfo* find_policy(std::string_view name);

/// "adaptive, classic, …"
std::string policy_names();

/// What a module gets that names no policy, or not every parameter.
struct Defaults {
    std::string policy = "adaptive";
    ClassicOptions classic;
    AdaptiveOptions adaptive;
    ConsistentHashOptions consistent_hash = {};

    /// Precondition of both: the policy has that parameter.
    double get(std::string_view policy_name, std::string_view parameter) const;
    /// Precondition: `check` accepts the value.
    void set(std::string_view policy_name, std::string_view parameter, double value);
};

/// Why a policy can't be had, naming what is wrong and what is allowed; nothing when all is well.
std::optional<std::string> check(const RoutePolicy& policy);

/// Makes the factories of modules' policies. Those that need the same settings share them. Any
/// thread may use it: it never changes.
class PolicyFactories {
public:
    explicit PolicyFactories(Defaults defaults);

    /// An empty name is the default's. What `check` refuses is left out: the default policy then
    /// stands in for an unknown one, and the default value for one out of range.
    PolicyFactory factory_for(const RoutePolicy& policy) const;

private:
    Defaults defaults_;
    std::vector<PolicyFactory> with_defaults_;  // in the order of catalog()
};

/// One factory, as PolicyFactories makes it.
PolicyFactory policy_factory(const RoutePolicy& policy, const Defaults& defaults);

}  // namespace lars::lb
