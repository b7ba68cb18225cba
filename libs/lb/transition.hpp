#pragma once

#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "lb/time.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <string>

namespace lars::lb {

/// What a policy holds an endpoint for.
enum class State : std::uint8_t {
    idle,        ///< classic: it gets its turn
    overload,    ///< classic: it is tried now and then
    healthy,     ///< every other policy: it may be chosen
    slow_start,  ///< it gets a growing part of its share
    ejected,     ///< it isn't chosen until its time is over
    half_open,   ///< it is tried by single calls
};
inline constexpr std::array kStates{
    State::idle,
    State::overload,
    State::healthy,
    State::slow_start,
    State::ejected,
    State::half_open};
/// As logs, metrics and pages have it.
const char* to_string(State state) noexcept;
/// Whether the policy holds the endpoint for broken.
constexpr bool suspended(State state) {
    return state == State::overload || state == State::ejected || state == State::half_open;
}

/// Why a state changed. Each has its text in describe().
enum class Cause : std::uint8_t {
    error_rate,
    consecutive_failures,
    failing_for,
    window_error_rate,
    latency,
    success_rate,
    consecutive_successes,
    overload_timeout,
    ejection_over,
    early_probe,  ///< its turn came before its time, since the module has many calls
    probe_failed,
    probes_succeeded,
    joined,  ///< one of at most 256 that joined a route at once; more aren't reported one by one
    slow_start_over,
    inherited,
};

/// One change of an endpoint's state, and why.
struct Transition {
    Endpoint endpoint;
    State from = State::healthy;
    State to = State::healthy;
    Cause cause = Cause::error_rate;
    double value = 0;  ///< what was measured: a rate, a count, or microseconds
    double limit = 0;  ///< what it was held against
    Time lasts{};      ///< how long the new state holds: an ejection at most; 0: not known
    // Of an endpoint that came back:
    Time broken_for{};
    std::uint32_t tries = 0;  ///< calls that tried it meanwhile
};

/// "10.0.0.1:80 healthy -> ejected for at most 1.0 s: 5 failures in a row (limit 5)"
std::string describe(const Transition& transition);

/// Called for each change of state while it happens, on the balancer's thread; must not call the
/// balancer.
using Listener = std::function<void(ModuleId, const Transition&)>;

}  // namespace lars::lb
