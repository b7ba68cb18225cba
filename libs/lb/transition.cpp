#include "lb/transition.hpp"

#include <cstdio>

namespace lars::lb {
namespace {

std::string print(const char* format, auto... values) {
    char text[120];
    std::snprintf(text, sizeof text, format, values...);
    return text;
}

double seconds(Time time) {
    return std::chrono::duration<double>(time).count();
}

std::string why(const Transition& t) {
    switch (t.cause) {
        case Cause::error_rate:
            return print("error rate %.3g (limit %.3g)", t.value, t.limit);
        case Cause::consecutive_failures:
            return print("%.0f failures in a row (limit %.0f)", t.value, t.limit);
        case Cause::failing_for:
            return print("nothing but failures for %.1f s (limit %.1f s)", t.value, t.limit);
        case Cause::window_error_rate:
            return print("error rate %.3g of a window (limit %.3g)", t.value, t.limit);
        case Cause::latency:
            return print(
                "calls in a row take too long, the last %.1f ms (limit %.1f ms)", t.value, t.limit
            );
        case Cause::success_rate:
            return print("success rate %.3g (limit %.3g)", t.value, t.limit);
        case Cause::consecutive_successes:
            return print("%.0f successes in a row (limit %.0f)", t.value, t.limit);
        case Cause::overload_timeout:
            return "its time is over";
        case Cause::ejection_over:
            return "its time is over: single calls try it";
        case Cause::early_probe:
            return "single calls try it before its time";
        case Cause::probe_failed:
            return "a try failed";
        case Cause::probes_succeeded:
            return print("%.0f tries succeeded (wanted %.0f)", t.value, t.limit);
        case Cause::joined:
            return "it joined a module that is in use";
        case Cause::slow_start_over:
            return "its slow start is over";
        case Cause::inherited:
            return "the policy before held it for broken";
    }
    return "unknown";
}

}  // namespace

const char* to_string(State state) noexcept {
    switch (state) {
        case State::idle:
            return "idle";
        case State::overload:
            return "overload";
        case State::healthy:
            return "healthy";
        case State::slow_start:
            return "slow start";
        case State::ejected:
            return "ejected";
        case State::half_open:
            return "half-open";
    }
    return "unknown";
}

std::string describe(const Transition& t) {
    auto text = to_string(t.endpoint);
    text.append(" ").append(to_string(t.from)).append(" -> ").append(to_string(t.to));
    if (t.lasts > Time::zero()) {
        const auto* format = t.to == State::ejected ? " for at most %.1f s" : " for %.1f s";
        text += print(format, seconds(t.lasts));
    }
    text.append(": ").append(why(t));
    if (t.broken_for > Time::zero()) {
        text +=
            print("; it was broken for %.1f s, and tried %u times", seconds(t.broken_for), t.tries);
    }
    return text;
}

}  // namespace lars::lb
