#pragma once

#include "store/rows.hpp"
#include "store/store.hpp"

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

struct ReadPolicy {
    PolicyRow row;
    std::uint64_t checksum = 0;
};
/// What sql::policies answers, without modules that nobody can name.
std::vector<ReadPolicy> decode_policies(const TextTable& table);
std::vector<PolicyRow> policy_rows(const TextTable& table);

}  // namespace lars::store
