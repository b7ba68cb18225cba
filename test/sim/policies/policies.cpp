#include "sim/policies/policies.hpp"

#include "lb/catalog.hpp"
#include "sim/policies/oracle.hpp"
#include "sim/policies/peak_ewma.hpp"
#include "sim/policies/prequal.hpp"
#include "sim/policies/random.hpp"

#include <charconv>
#include <stdexcept>

namespace lars::sim {
namespace {

// "adaptive:failure_penalty=5"
RoutePolicy parse_policy(const std::string& text) {
    auto rest = std::string_view(text);
    const auto next = [&rest] {
        const auto end = std::min(rest.find(':'), rest.size());
        const auto part = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        return std::string(part);
    };
    RoutePolicy policy{.name = next()};
    while (!rest.empty()) {
        const auto setting = next();
        const auto equals = std::min(setting.find('='), setting.size());
        double value = 0;
        const auto* const end = setting.data() + setting.size();
        const auto read = std::from_chars(std::min(setting.data() + equals + 1, end), end, value);
        if (read.ec != std::errc() || read.ptr != end) {
            throw std::invalid_argument("no parameter=value: '" + setting + "' in " + text);
        }
        policy.parameters[setting.substr(0, equals)] = value;
    }
    return policy;
}

}  // namespace

const std::vector<std::string>& policy_names() {
    static const std::vector<std::string> names{
        "round_robin",
        "random",
        "weighted_round_robin",
        "least_request",
        "peak_ewma",
        "prequal",
        "classic",
        "adaptive",
        "oracle",
        "oracle_end"};
    return names;
}

lb::PolicyFactory policy_factory(const std::string& name, const World& world) {
    if (name == "random") return lb::factory_of<RandomChoice>();
    if (name == "peak_ewma") return lb::factory_of<PeakEwma>();
    if (name == "prequal") return lb::factory_of<Prequal>(world);
    if (name == "oracle") return lb::factory_of<Oracle>(Oracle::Goal::least_work, world);
    if (name == "oracle_end") return lb::factory_of<Oracle>(Oracle::Goal::earliest_end, world);
    const auto policy = parse_policy(name);
    if (const auto wrong = lb::check(policy)) throw std::invalid_argument(*wrong);
    return lb::policy_factory(policy, {});
}

}  // namespace lars::sim
