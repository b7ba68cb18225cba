#pragma once

#include "base/route.hpp"
#include "lb/adaptive.hpp"
#include "lb/classic.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::lb {

/// One number that a policy can be given.
struct Parameter {
    std::string_view name;  ///< with its unit at the end, if it has one
    double fallback = 0;
    double min = 0;
    double max = 0;
    bool whole = false;
    std::string_view advice;  ///< when to change it
};

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

    double get(std::string_view policy_name, std::string_view parameter) const;
    /// Precondition: `check` accepts it.
    void set(std::string_view policy_name, std::string_view parameter, double value);
};

/// Why a policy can't be had, naming what is wrong and what is allowed; nothing when all is well.
std::optional<std::string> check(const RoutePolicy& policy);

/// Makes policies; those that need the same settings share them.
class PolicyMaker {
public:
    explicit PolicyMaker(Defaults defaults);

    /// An empty name is the default's. What `check` refuses is left out: the default policy then
    /// stands in for an unknown one, and the default value for one out of range.
    std::unique_ptr<Policy> make(const RoutePolicy& policy) const;

private:
    Defaults defaults_;
    std::shared_ptr<const Adaptive::Settings> adaptive_;
};

/// One policy, as a PolicyMaker makes it.
std::unique_ptr<Policy> make_policy(const RoutePolicy& policy, const Defaults& defaults);

}  // namespace lars::lb
