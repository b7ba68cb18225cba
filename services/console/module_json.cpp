#include "console/module_json.hpp"

#include "admin/instance_text.hpp"
#include "admin/overview_json.hpp"
#include "admin/policy_json.hpp"
#include "base/tags.hpp"
#include "console/endpoints_json.hpp"

#include <algorithm>

namespace lars::console {
namespace {

namespace json = boost::json;

constexpr std::size_t kSparks = 30;

// So many sums of neighbouring periods that the line has kSparks points.
void add_sparks(json::object& line, const admin::CallSeries::Periods* periods) {
    std::vector<std::uint64_t> calls(kSparks);
    std::vector<std::uint64_t> failures(kSparks);
    const auto count = periods ? periods->size() : 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto spark = i * kSparks / count;
        calls[spark] += (*periods)[i].calls();
        failures[spark] += (*periods)[i].failures;
    }
    line["spark"] = json::array(calls.begin(), calls.end());
    line["spark_failures"] = json::array(failures.begin(), failures.end());
}

const char* instance_state(const store::ListedInstance& instance) {
    if (instance.held) return "held";
    switch (instance.row.state) {
        case InstanceState::serves:
            return "serving";
        case InstanceState::failing:
            return "failing";
        case InstanceState::draining:
            return "draining";
    }
    return "";
}

json::array tags_json(const std::string& tags) {
    json::array all;
    for_each_tag(tags, [&](std::string_view tag) { all.emplace_back(tag); });
    return all;
}

json::object instance_json(const store::ListedInstance& instance) {
    const auto& row = instance.row;
    return {
        {"host", address_to_string(row.endpoint)},
        {"port", row.endpoint.port},
        {"weight", row.weight},
        {"zone", row.zone},
        {"tags", tags_json(row.tags)},
        {"owner", admin::owner_text(instance)},
        {"state", instance_state(instance)},
        {"reason", row.reason},
        {"since", instance.since}};
}

/// The overview's figures, by "host:port".
std::map<std::string, json::object> figures_of(const json::object& overview) {
    std::map<std::string, json::object> by_target;
    for (const auto& each : overview.at("endpoints").as_array()) {
        auto figures = each.as_object();
        const auto key = std::string(figures.at("host").as_string()) + ' ' +
                         std::to_string(figures.at("port").to_number<int>());
        for (const auto* other : {"host", "port", "instance", "weight"}) figures.erase(other);
        by_target[key] = std::move(figures);
    }
    return by_target;
}

void add_figures(json::object& line, const std::map<std::string, json::object>& figures) {
    const auto key = std::string(line.at("host").as_string()) + ' ' +
                     std::to_string(line.at("port").to_number<int>());
    const auto found = figures.find(key);
    if (found == figures.end()) return;
    for (const auto& field : found->second) line.insert(field);
}

std::string ipv4_text(std::uint32_t address) {
    return address_to_string(Endpoint::from_ipv4(address, 0));
}

json::array callers_json(const admin::CallReading& reading) {
    struct Of {
        std::uint64_t successes = 0;
        std::uint64_t failures = 0;
        json::array avoiding;
    };
    std::map<std::uint32_t, Of> callers;
    for (const auto& row : reading.states) {
        auto& caller = callers[row.caller];
        caller.successes += row.successes;
        caller.failures += row.failures;
        if (row.overload) caller.avoiding.emplace_back(to_string(row.endpoint));
    }
    json::array all;
    for (auto& [address, caller] : callers) {
        all.push_back(json::object{
            {"address", ipv4_text(address)},
            {"calls", caller.successes + caller.failures},
            {"failures", caller.failures},
            {"avoiding", std::move(caller.avoiding)}});
    }
    return all;
}

}  // namespace

json::object overview_json(
    const admin::Overview& overview,
    const admin::CallSeries& series,
    const std::map<ModuleId, std::size_t>& firing,
    store::UnixTime now
) {
    auto object = admin::overview_json(overview, admin::Grain::module);
    object["now"] = now.time_since_epoch().count();
    auto& lines = object.at("modules").as_array();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto& line = lines[i].as_object();
        const auto module = overview.lines[i].module;
        const auto alarms = firing.find(module);
        line["alarms"] = alarms == firing.end() ? 0 : alarms->second;
        const auto periods = series.lines.find({module, Endpoint()});
        add_sparks(line, periods == series.lines.end() ? nullptr : &periods->second);
    }
    std::stable_sort(lines.begin(), lines.end(), [](const auto& a, const auto& b) {
        return a.at("alarms").template to_number<std::size_t>() >
               b.at("alarms").template to_number<std::size_t>();
    });
    return object;
}

json::object module_json(const ModuleReading& reading) {
    const auto overview = admin::overview_json(
        admin::overview_of(reading.calls, admin::Grain::endpoint), admin::Grain::endpoint
    );
    const auto figures = figures_of(overview);
    json::array endpoints;
    for (const auto& row : reading.calls.routes) {
        auto line = endpoint_json(row);
        add_figures(line, figures);
        endpoints.push_back(std::move(line));
    }
    json::array instances;
    for (const auto& each : reading.calls.instances) {
        auto line = instance_json(each);
        add_figures(line, figures);
        instances.push_back(std::move(line));
    }
    json::array splits;
    for (const auto& split : reading.splits) {
        splits.push_back(json::object{
            {"tag", split.tag}, {"percent", split.share_millionths / 10'000.0}});
    }
    json::object object{
        {"modid", reading.module.modid},
        {"cmdid", reading.module.cmdid},
        {"aliases", json::array(reading.aliases.begin(), reading.aliases.end())},
        {"etag", reading.etag},
        {"now", reading.calls.now.time_since_epoch().count()},
        {"from", overview.at("from")},
        {"last_report", overview.at("last_report")},
        {"total", overview.at("total")},
        {"endpoints", std::move(endpoints)},
        {"instances", std::move(instances)},
        {"splits", std::move(splits)},
        {"policy", nullptr},
        {"alarms", reading.alarms},
        {"callers", callers_json(reading.calls)}};
    if (!reading.name.empty()) object["name"] = reading.name;
    const auto policies = admin::policies_json(reading.policies);
    if (!policies.empty()) object["policy"] = policies.front();
    return object;
}

}  // namespace lars::console
