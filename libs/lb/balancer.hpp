#pragma once

#include "base/endpoint.hpp"
#include "base/error.hpp"
#include "base/route.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace lars::lb {

/// Time since any fixed epoch. It is an argument everywhere: nothing here owns a clock.
using Time = std::chrono::nanoseconds;

enum class State { idle, overload };
const char* to_string(State state) noexcept;

enum class CallOutcome { success, failure };

/// What a caller is told: an endpoint with `succ`, or `overload` or `noexist` without one.
struct Pick {
    ReturnCode code = ReturnCode::noexist;
    Endpoint endpoint;
};

struct EndpointView {
    Endpoint endpoint;
    State state = State::idle;
    std::uint32_t successes = 0;  ///< real ones of the current window
    std::uint32_t failures = 0;
};

/// One change of state, with the reason in words.
struct Transition {
    Endpoint endpoint;
    State from = State::idle;
    State to = State::idle;
    std::string_view reason;  ///< static storage
};

/// Chooses an endpoint of one module. Not thread-safe: it belongs to one shard.
class Balancer {
public:
    virtual ~Balancer() = default;

    virtual Pick pick(Time now) = 0;

    /// How a call went. Answers whether the endpoint is in the route; otherwise nothing changed.
    virtual bool report(
        const Endpoint& endpoint,
        CallOutcome outcome,
        std::optional<std::chrono::microseconds> latency,
        Time now
    ) = 0;

    /// Replaces the route; endpoints that stay keep their statistics.
    virtual void update(const Route& route, Time now) = 0;

    /// Ends the windows and timeouts that are due, so that they run without reports too.
    virtual void advance(Time now) = 0;

    virtual void visit(const std::function<void(const EndpointView&)>& visitor) const = 0;

    /// Called from pick, report and advance at each change of state; must not call back.
    std::function<void(const Transition&)> on_transition;
};

}  // namespace lars::lb
