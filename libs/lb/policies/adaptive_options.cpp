#include "lb/policies/adaptive_options.hpp"

namespace lars::lb {

const std::vector<ParameterOf<AdaptiveOptions>>& adaptive_parameters() {
    static const std::vector<ParameterOf<AdaptiveOptions>> all{
        {"consecutive_failures",
         1,
         kMany,
         "Failures in a row that eject; raise it where single calls fail without meaning.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.consecutive_failures; }},
        {"failing_for_ms",
         1,
         kDayMs,
         "Time with two or more failures and no success that ejects; a failed endpoint is "
         "tried again after it. Raise it where failures come in bursts.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.failing_for; }},
        {"error_rate",
         0.01,
         1,
         "Share of failures in a window that ejects; lower it where calls hardly ever fail.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.error_rate; }},
        {"latency_factor",
         1.5,
         kMany,
         "How many times the module's latency is slow; so many slow calls in a row as "
         "failures eject. Raise it where calls differ much in length.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.latency_factor; }},
        {"min_calls",
         1,
         kMany,
         "Calls in a window before its error rate is judged; lower it for modules with few "
         "calls.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.min_calls; }},
        {"window_ms",
         100,
         kDayMs,
         "Length of such a window; raise it for modules with few calls.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.feedback.window; }},
        {"ejection_ms",
         10,
         kDayMs,
         "The first ejection's length, doubled by each further one; set it to how long a "
         "restart takes.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.ejection; }},
        {"max_ejection_ms",
         10,
         kDayMs,
         "The longest ejection; lower it to use a repaired endpoint sooner, at the price of "
         "more failed tries.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.max_ejection; }},
        {"probe_interval_ms",
         0,
         kDayMs,
         "Least time between two tries of broken endpoints of the module; raise it where a "
         "failed call is dear.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.probe_interval; }},
        {"calls_per_probe",
         10,
         kMany,
         "After so many calls of the module a broken endpoint is tried before its time; "
         "lower it to find a repaired one sooner, at the price of more failed tries.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.calls_per_probe; }},
        {"probes",
         1,
         100,
         "Tries in succession that must succeed; raise it where broken endpoints sometimes "
         "answer.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.probes; }},
        {"slow_start_ms",
         0,
         kDayMs,
         "Time in which a new or recovered endpoint comes to its full share; set it to how "
         "long a cold one takes to warm, 0 to do without.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.slow_start; }},
        {"panic_threshold",
         0,
         1,
         "Share of healthy endpoints below which health is ignored; raise it where the few "
         "that are left would break under the load.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.health.panic_threshold; }},
        {"failure_penalty",
         0,
         kMany,
         "How many times its latency an endpoint costs more when it fails always; 0 leaves "
         "failures to ejection.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.failure_penalty; }},
        {"failure_weight",
         0.001,
         1,
         "Weight of the latest call in the failure rate; lower it where single failures "
         "mean little.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.feedback.failure_weight; }},
        {"zone_aware",
         0,
         1,
         "Whether endpoints near the agent's zone are preferred (1); 0 to call all alike.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.zone_aware; }},
        {"latency_rise",
         0.001,
         1,
         "Weight of a call slower than the estimate; 1 is a peak, and lower suits calls of "
         "differing length.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.feedback.latency_rise; }},
        {"latency_fall",
         0.001,
         1,
         "Weight of a call faster than the estimate; raise it to trust an endpoint sooner "
         "again.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.feedback.latency_fall; }},
        {"memory_ms",
         10,
         kDayMs,
         "Time constant with which failures and odd latencies of an endpoint that isn't "
         "called fade; raise it to come back to it later.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.feedback.memory; }},
        {"in_flight_memory_ms",
         100,
         kDayMs,
         "Time constant with which calls fade that nobody reports; set it above what the "
         "longest calls take.",
         [](AdaptiveOptions& o) -> ParameterField { return &o.feedback.in_flight_memory; }},
    };
    return all;
}

}  // namespace lars::lb
