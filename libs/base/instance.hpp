#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "base/route.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace lars {

/// Which module an instance is of: the one of that name, or, where there is none, of those ids.
struct ServiceRef {
    std::string name;
    ModuleId id;

    friend auto operator<=>(const ServiceRef&, const ServiceRef&) = default;
};

/// "payments", or "1/2".
std::string to_string(const ServiceRef& service);
/// Why nobody can be of this service, in words that follow "service ...: "; empty when one can.
std::string_view why_no_service(const ServiceRef& service);

/// How an instance stands. Those that fail are in no route; one that is drained is, at its weight.
enum class InstanceState : std::uint8_t { serves = 0, failing = 1, draining = 2 };
/// "serves", "failing" or "draining".
const char* to_string(InstanceState state);

struct InstanceKey {
    ServiceRef service;
    Endpoint endpoint;

    friend auto operator<=>(const InstanceKey&, const InstanceKey&) = default;
};

/// "payments 10.0.0.1:80"
std::string to_string(const InstanceKey& key);

/// The longest reason that is kept.
inline constexpr std::size_t kMaxReasonLength = 200;

/// An endpoint that a process or a file registered through the agent of its host.
struct Instance {
    InstanceKey key;
    std::uint32_t weight = kDefaultWeight;
    std::string zone;  ///< as of a RouteEndpoint
    std::string tags;
    InstanceState state = InstanceState::serves;
    std::string reason;  ///< why it doesn't serve: "connection refused"

    friend bool operator==(const Instance&, const Instance&) = default;
};

/// Why an instance can't be registered, in words for people; empty when it can.
std::string why_no_instance(const Instance& instance);

}  // namespace lars
