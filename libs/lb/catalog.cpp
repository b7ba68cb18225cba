#include "lb/catalog.hpp"

#include "lb/least_request.hpp"
#include "lb/round_robin.hpp"
#include "lb/weighted_round_robin.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <variant>

namespace lars::lb {
namespace {

using std::chrono::milliseconds;

/// A parameter's place in the defaults.
using Target = std::variant<double*, std::uint32_t*, milliseconds*>;

struct Field {
    std::string_view name;
    Target (*target)(Defaults&);
    double min;
    double max;
    std::string_view advice;
};

struct Entry {
    std::string_view name;
    std::string_view summary;
    std::vector<Field> fields;
    std::unique_ptr<Policy> (*make)(const Defaults&);
};

constexpr double kDayMs = 86'400'000;
constexpr double kMany = 1'000'000;

template <class P>
std::unique_ptr<Policy> make_plain(const Defaults& /*defaults*/) {
    return std::make_unique<P>();
}

Entry adaptive() {
    return {
        "adaptive",
        "the better of two, by latency, calls in flight, weight and failures; ejects the broken",
        {
            {"consecutive_failures",
             [](Defaults& d) -> Target { return &d.adaptive.health.consecutive_failures; },
             1,
             kMany,
             "Failures in a row that eject; raise it where single calls fail without meaning."},
            {"failing_for_ms",
             [](Defaults& d) -> Target { return &d.adaptive.health.failing_for; },
             1,
             kDayMs,
             "Time with two or more failures and no success that ejects; a failed endpoint is "
             "tried "
             "again after it. Raise it where failures come in bursts."},
            {"error_rate",
             [](Defaults& d) -> Target { return &d.adaptive.health.error_rate; },
             0.01,
             1,
             "Share of failures in a window that ejects; lower it where calls hardly ever fail."},
            {"latency_factor",
             [](Defaults& d) -> Target { return &d.adaptive.health.latency_factor; },
             1.5,
             kMany,
             "How many times the module's latency is slow; so many slow calls in a row as failures "
             "eject. Raise it where calls differ much in length."},
            {"min_calls",
             [](Defaults& d) -> Target { return &d.adaptive.health.min_calls; },
             1,
             kMany,
             "Calls in a window before its error rate is judged; lower it for modules with few "
             "calls."},
            {"window_ms",
             [](Defaults& d) -> Target { return &d.adaptive.feedback.window; },
             100,
             kDayMs,
             "Length of such a window; raise it for modules with few calls."},
            {"ejection_ms",
             [](Defaults& d) -> Target { return &d.adaptive.health.ejection; },
             10,
             kDayMs,
             "The first ejection's length, doubled by each further one; set it to how long a "
             "restart takes."},
            {"max_ejection_ms",
             [](Defaults& d) -> Target { return &d.adaptive.health.max_ejection; },
             10,
             kDayMs,
             "The longest ejection; lower it to use a repaired endpoint sooner, at the price of "
             "more failed tries."},
            {"probe_interval_ms",
             [](Defaults& d) -> Target { return &d.adaptive.health.probe_interval; },
             0,
             kDayMs,
             "Least time between two tries of broken endpoints of the module; raise it where a "
             "failed call is dear."},
            {"calls_per_probe",
             [](Defaults& d) -> Target { return &d.adaptive.health.calls_per_probe; },
             10,
             kMany,
             "After so many calls of the module a broken endpoint is tried before its time; lower "
             "it to find a repaired one sooner, at the price of more failed tries."},
            {"probes",
             [](Defaults& d) -> Target { return &d.adaptive.health.probes; },
             1,
             100,
             "Tries in succession that must succeed; raise it where broken endpoints sometimes "
             "answer."},
            {"slow_start_ms",
             [](Defaults& d) -> Target { return &d.adaptive.health.slow_start; },
             0,
             kDayMs,
             "Time in which a new or recovered endpoint comes to its full share; set it to how "
             "long a cold one takes to warm, 0 to do without."},
            {"panic_threshold",
             [](Defaults& d) -> Target { return &d.adaptive.health.panic_threshold; },
             0,
             1,
             "Share of healthy endpoints below which health is ignored; raise it where the few "
             "that are left would break under the load."},
            {"failure_penalty",
             [](Defaults& d) -> Target { return &d.adaptive.failure_penalty; },
             0,
             kMany,
             "How many times its latency an endpoint costs more when it fails always; 0 leaves "
             "failures to ejection."},
            {"failure_weight",
             [](Defaults& d) -> Target { return &d.adaptive.feedback.failure_weight; },
             0.001,
             1,
             "Weight of the latest call in the failure rate; lower it where single failures mean "
             "little."},
            {"latency_rise",
             [](Defaults& d) -> Target { return &d.adaptive.feedback.latency_rise; },
             0.001,
             1,
             "Weight of a call slower than the estimate; 1 is a peak, and lower suits calls of "
             "differing length."},
            {"latency_fall",
             [](Defaults& d) -> Target { return &d.adaptive.feedback.latency_fall; },
             0.001,
             1,
             "Weight of a call faster than the estimate; raise it to trust an endpoint sooner "
             "again."},
            {"memory_ms",
             [](Defaults& d) -> Target { return &d.adaptive.feedback.memory; },
             10,
             kDayMs,
             "Time constant with which failures and odd latencies of an endpoint that isn't "
             "called fade; raise it to come back to it later."},
            {"in_flight_memory_ms",
             [](Defaults& d) -> Target { return &d.adaptive.feedback.in_flight_memory; },
             100,
             kDayMs,
             "Time constant with which calls fade that nobody reports; set it above what the "
             "longest calls take."},
        },
        [](const Defaults& d) -> std::unique_ptr<Policy> {
            return std::make_unique<Adaptive>(d.adaptive);
        },
    };
}

Entry classic() {
    return {
        "classic",
        "the original's: each in its turn, the overloaded by a share of the picks",
        {
            {"probe_num",
             [](Defaults& d) -> Target { return &d.classic.probe_num; },
             0,
             kMany,
             "Picks before an overloaded endpoint is tried; raise it to lose fewer calls."},
            {"init_succ_cnt",
             [](Defaults& d) -> Target { return &d.classic.init_succ_cnt; },
             0,
             kMany,
             "Virtual successes of an idle endpoint; lower it to overload sooner."},
            {"init_err_cnt",
             [](Defaults& d) -> Target { return &d.classic.init_err_cnt; },
             0,
             kMany,
             "Virtual errors of an overloaded endpoint; raise it to recover later."},
            {"err_rate",
             [](Defaults& d) -> Target { return &d.classic.err_rate; },
             0,
             1,
             "Error rate above which an endpoint is overloaded; lower it to overload sooner."},
            {"succ_rate",
             [](Defaults& d) -> Target { return &d.classic.succ_rate; },
             0,
             1,
             "Success rate above which it recovers; raise it to recover later."},
            {"contin_err_limit",
             [](Defaults& d) -> Target { return &d.classic.contin_err_limit; },
             1,
             kMany,
             "Consecutive errors that overload; lower it to overload sooner."},
            {"contin_succ_limit",
             [](Defaults& d) -> Target { return &d.classic.contin_succ_limit; },
             1,
             kMany,
             "Consecutive successes that recover; raise it to recover later."},
            {"idle_timeout_ms",
             [](Defaults& d) -> Target { return &d.classic.idle_timeout; },
             100,
             kDayMs,
             "Length of a window; raise it for modules with few calls."},
            {"window_err_rate",
             [](Defaults& d) -> Target { return &d.classic.window_err_rate; },
             0,
             1,
             "Error rate of a whole window that overloads; lower it for modules with few calls."},
            {"overload_timeout_ms",
             [](Defaults& d) -> Target { return &d.classic.overload_timeout; },
             100,
             kDayMs,
             "Longest overload; lower it to use a repaired endpoint sooner."},
        },
        [](const Defaults& d) -> std::unique_ptr<Policy> {
            return std::make_unique<Classic>(d.classic);
        },
    };
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all{
        adaptive(),
        classic(),
        {"round_robin", "each in its turn", {}, make_plain<RoundRobin>},
        {"weighted_round_robin",
         "each in its turn, as often as its weight says",
         {},
         make_plain<WeightedRoundRobin>},
        {"least_request",
         "of two by weight, the one with fewer calls in flight",
         {},
         make_plain<LeastRequest>},
    };
    return all;
}

const Entry* find_entry(std::string_view name) {
    const auto& all = entries();
    const auto found = std::find_if(all.begin(), all.end(), [name](const Entry& each) {
        return each.name == name;
    });
    return found == all.end() ? nullptr : &*found;
}

const Field* find_field(const Entry& entry, std::string_view name) {
    const auto found =
        std::find_if(entry.fields.begin(), entry.fields.end(), [name](const Field& each) {
            return each.name == name;
        });
    return found == entry.fields.end() ? nullptr : &*found;
}

bool is_whole(const Field& field) {
    Defaults any;
    return !std::holds_alternative<double*>(field.target(any));
}

double read(const Target& target) {
    if (const auto* real = std::get_if<double*>(&target)) return **real;
    if (const auto* count = std::get_if<std::uint32_t*>(&target)) return **count;
    return double(std::get<milliseconds*>(target)->count());
}

void write(const Target& target, double value) {
    if (const auto* real = std::get_if<double*>(&target)) {
        **real = value;
    } else if (const auto* count = std::get_if<std::uint32_t*>(&target)) {
        **count = static_cast<std::uint32_t>(value);
    } else {
        *std::get<milliseconds*>(target) = milliseconds(static_cast<std::int64_t>(value));
    }
}

template <class All>
std::string names_of(const All& all) {
    std::string text;
    for (const auto& each : all) {
        if (!text.empty()) text += ", ";
        text += each.name;
    }
    return text;
}

std::optional<std::string> check_parameter(
    const Entry& entry, const std::string& name, double value
) {
    const auto* field = find_field(entry, name);
    std::ostringstream text;
    if (!field) {
        text << "policy " << entry.name << " has no parameter '" << name << "'";
        if (!entry.fields.empty()) text << "; it has " << names_of(entry.fields);
    } else if (!(value >= field->min && value <= field->max)) {
        text.precision(12);
        text << name << " is " << value << ", and must be from " << field->min << " to "
             << field->max;
    } else if (is_whole(*field) && value != std::floor(value)) {
        text << name << " is " << value << ", and must be a whole number";
    } else {
        return {};
    }
    return text.str();
}

std::vector<PolicyInfo> describe_all() {
    std::vector<PolicyInfo> all;
    Defaults defaults;
    for (const auto& entry : entries()) {
        auto& info = all.emplace_back(PolicyInfo{entry.name, entry.summary, {}});
        for (const auto& field : entry.fields) {
            info.parameters.push_back(
                {field.name,
                 read(field.target(defaults)),
                 field.min,
                 field.max,
                 is_whole(field),
                 field.advice}
            );
        }
    }
    return all;
}

}  // namespace

const std::vector<PolicyInfo>& catalog() {
    static const auto all = describe_all();
    return all;
}

const PolicyInfo* find_policy(std::string_view name) {
    const auto& all = catalog();
    const auto found = std::find_if(all.begin(), all.end(), [name](const PolicyInfo& each) {
        return each.name == name;
    });
    return found == all.end() ? nullptr : &*found;
}

std::string policy_names() {
    return names_of(entries());
}

double Defaults::get(std::string_view policy_name, std::string_view parameter) const {
    auto copy = *this;
    return read(find_field(*find_entry(policy_name), parameter)->target(copy));
}

void Defaults::set(std::string_view policy_name, std::string_view parameter, double value) {
    write(find_field(*find_entry(policy_name), parameter)->target(*this), value);
}

std::optional<std::string> check(const RoutePolicy& policy) {
    const auto* entry = find_entry(policy.name);
    if (!entry) {
        return "there is no policy '" + policy.name + "'; there are " + names_of(entries());
    }
    for (const auto& [name, value] : policy.parameters) {
        if (auto why = check_parameter(*entry, name, value)) return why;
    }
    return {};
}

PolicyMaker::PolicyMaker(Defaults defaults)
    : defaults_(std::move(defaults)),
      adaptive_(std::make_shared<const Adaptive::Settings>(defaults_.adaptive)) {}

std::unique_ptr<Policy> PolicyMaker::make(const RoutePolicy& policy) const {
    const auto* named = find_entry(policy.name);
    const auto& entry = named ? *named : *find_entry(defaults_.policy);
    if (!named || policy.parameters.empty()) {
        if (entry.name == "adaptive") return std::make_unique<Adaptive>(adaptive_);
        return entry.make(defaults_);
    }
    auto own = defaults_;
    for (const auto& [name, value] : policy.parameters) {
        if (!check_parameter(entry, name, value)) own.set(entry.name, name, value);
    }
    return entry.make(own);
}

std::unique_ptr<Policy> make_policy(const RoutePolicy& policy, const Defaults& defaults) {
    return PolicyMaker(defaults).make(policy);
}

}  // namespace lars::lb
