#pragma once

#include "base/module_id.hpp"
#include "base/route.hpp"
#include "store/engine/dialect.hpp"
#include "store/engine/result.hpp"
#include "store/engine/table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// What ModulePolicy can hold. Which policies there are, and what their parameters mean, is for
// those who balance to know.
namespace lars::store {

inline constexpr std::size_t kMaxPolicyName = 64;
inline constexpr std::size_t kMaxParameters = 32;
inline constexpr std::size_t kMaxParametersText = 4'096;

/// One row of ModulePolicy, as it stands there; see parse_policy.
struct PolicyRow {
    ModuleId module;
    std::string name;
    std::string parameters;

    friend bool operator==(const PolicyRow&, const PolicyRow&) = default;
};

/// What a row says, or what is wrong with it, in words that continue "the policy of module 1/1: ".
/// Parameters are a JSON object of finite numbers, or nothing.
Result<RoutePolicy> parse_policy(const PolicyRow& row);
/// Whether parse_policy would read it back.
Result<void> check_policy(const RoutePolicy& policy);
/// The same, and the module has an id that can be stored.
Result<void> check_storable(ModuleId module, const RoutePolicy& policy);
/// The column `parameters`: {"ejection_ms": 500}.
std::string format_parameters(const RoutePolicy& policy);
/// The shortest text that is this number, whole ones without exponent: "500", "0.25".
std::string format_parameter(double value);

/// Selects what decode_policies reads of rows p of ModulePolicy, up to where FROM follows.
std::string policy_columns(const Dialect& dialect);
/// The checksum of a row p of ModulePolicy.
std::string policy_sum(const Dialect& dialect);

struct ReadPolicy {
    PolicyRow row;
    std::uint64_t checksum = 0;
};
/// Without modules that nobody can name.
std::vector<ReadPolicy> decode_policies(const TextTable& table);

}  // namespace lars::store
