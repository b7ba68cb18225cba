#include "lb/catalog.hpp"

#include "lb/policies/adaptive.hpp"
#include "lb/policies/classic.hpp"
#include "lb/policies/consistent_hash.hpp"
#include "lb/policies/least_request.hpp"
#include "lb/policies/round_robin.hpp"
#include "lb/policies/weighted_round_robin.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <sstream>

namespace lars::lb {
namespace {

/// A parameter, and where the defaults keep its value.
struct Setting {
    std::string_view name;
    Parameter parameter;
    std::function<ParameterField(Defaults&)> field;
};

struct Entry {
    std::string_view name;
    std::string_view summary;
    std::vector<Setting> settings;
    std::function<PolicyFactory(const Defaults&)> factory;
};

/// A policy with options, which are that part of the defaults.
template <class P>
Entry entry_of(typename P::Options Defaults::*part) {
    Entry entry{P::kName, P::kSummary, {}, [part](const Defaults& defaults) {
                    return P::factory(defaults.*part);
                }};
    Defaults fresh;
    for (const auto& each : P::parameters()) {
        const auto field = each.field(fresh.*part);
        entry.settings.push_back(
            {each.name,
             {each.name, read_field(field), each.min, each.max, is_whole(field), each.help},
             [part, place = each.field](Defaults& defaults) { return place(defaults.*part); }}
        );
    }
    return entry;
}

/// A policy without any.
template <class P>
Entry entry_of() {
    return {P::kName, P::kSummary, {}, [](const Defaults&) { return factory_of<P>(); }};
}

const std::vector<Entry>& entries() {
    static const std::vector<Entry> all{
        entry_of<Adaptive>(&Defaults::adaptive),
        entry_of<Classic>(&Defaults::classic),
        entry_of<RoundRobin>(),
        entry_of<WeightedRoundRobin>(),
        entry_of<LeastRequest>(),
        entry_of<ConsistentHash>(&Defaults::consistent_hash),
    };
    return all;
}

template <class All>
auto* find_named(const All& all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(), [name](const auto& each) {
        return each.name == name;
    });
    return found == all.end() ? nullptr : &*found;
}

const Setting& setting_of(std::string_view policy_name, std::string_view parameter) {
    return *find_named(find_named(entries(), policy_name)->settings, parameter);
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
    const auto* setting = find_named(entry.settings, name);
    std::ostringstream text;
    if (!setting) {
        text << "policy " << entry.name << " has no parameter '" << name << "'";
        if (!entry.settings.empty()) text << "; it has " << names_of(entry.settings);
        return text.str();
    }
    const auto min = setting->parameter.min;
    const auto max = setting->parameter.max;
    if (!(value >= min && value <= max)) {
        text.precision(12);
        text << name << " is " << value << ", and must be from " << min << " to " << max;
    } else if (setting->parameter.whole && value != std::floor(value)) {
        text << name << " is " << value << ", and must be a whole number";
    } else {
        return {};
    }
    return text.str();
}

std::vector<PolicyInfo> describe_all() {
    std::vector<PolicyInfo> all;
    for (const auto& entry : entries()) {
        auto& info = all.emplace_back(PolicyInfo{entry.name, entry.summary, {}});
        for (const auto& setting : entry.settings) info.parameters.push_back(setting.parameter);
    }
    return all;
}

}  // namespace

const std::vector<PolicyInfo>& catalog() {
    static const auto all = describe_all();
    return all;
}

const PolicyInfo* find_policy(std::string_view name) {
    return find_named(catalog(), name);
}

std::string policy_names() {
    return names_of(entries());
}

double Defaults::get(std::string_view policy_name, std::string_view parameter) const {
    auto copy = *this;
    return read_field(setting_of(policy_name, parameter).field(copy));
}

void Defaults::set(std::string_view policy_name, std::string_view parameter, double value) {
    write_field(setting_of(policy_name, parameter).field(*this), value);
}

std::optional<std::string> check(const RoutePolicy& policy) {
    const auto* entry = find_named(entries(), policy.name);
    if (!entry) {
        return "there is no policy '" + policy.name + "'; there are " + names_of(entries());
    }
    for (const auto& [name, value] : policy.parameters) {
        if (auto why = check_parameter(*entry, name, value)) return why;
    }
    return {};
}

PolicyFactories::PolicyFactories(Defaults defaults) : defaults_(std::move(defaults)) {
    for (const auto& entry : entries()) with_defaults_.push_back(entry.factory(defaults_));
}

PolicyFactory PolicyFactories::factory_for(const RoutePolicy& policy) const {
    const auto* named = find_named(entries(), policy.name);
    const auto& entry = named ? *named : *find_named(entries(), defaults_.policy);
    if (!named || policy.parameters.empty()) {
        return with_defaults_[static_cast<std::size_t>(&entry - entries().data())];
    }
    auto own = defaults_;
    for (const auto& [name, value] : policy.parameters) {
        if (!check_parameter(entry, name, value)) own.set(entry.name, name, value);
    }
    return entry.factory(own);
}

PolicyFactory policy_factory(const RoutePolicy& policy, const Defaults& defaults) {
    return PolicyFactories(defaults).factory_for(policy);
}

}  // namespace lars::lb
