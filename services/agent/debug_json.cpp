#include "agent/debug_json.hpp"

#include <spdlog/fmt/chrono.h>

#include <chrono>
#include <cmath>
#include <utility>

namespace lars::agent {
namespace {

namespace json = boost::json;

json::object to_json(
    const lb::EndpointView& view, const lb::EndpointTable& endpoint_table, lb::Slot slot
) {
    json::object out{
        {"endpoint", to_string(view.endpoint)},
        {"weight", endpoint_table.configured_weight(slot)},
        {"zone", endpoint_table.zone(slot)},
        {"state", lb::to_string(view.state)},
        {"successes", view.successes},
        {"failures", view.failures},
        {"latency_us", std::llround(view.latency_us)},
        {"in_flight", std::llround(view.load.busy())},
        {"failure_rate", view.load.failure_rate},
    };
    if (view.nearness) out["nearness"] = to_string(*view.nearness);
    if (view.server_load) out["server_load"] = *view.server_load;
    return out;
}

json::object to_json(const Change& change) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(change.when);
    const auto part = std::chrono::duration_cast<std::chrono::milliseconds>(change.when - seconds);
    const auto time = std::chrono::system_clock::to_time_t(seconds);
    return {
        {"time", fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(time), part.count())},
        {"endpoint", to_string(change.what.endpoint)},
        {"from", lb::to_string(change.what.from)},
        {"to", lb::to_string(change.what.to)},
        {"value", change.what.value},
        {"limit", change.what.limit},
        {"text", describe(change.what)},
    };
}

}  // namespace

json::object to_json(const ModuleSummary& summary, std::size_t shard) {
    return {
        {"module", to_string(summary.module)},
        {"name", summary.name},
        {"shard", shard},
        {"endpoints", summary.endpoints},
        {"etag", fmt::format("{:016x}", summary.etag)},  // a JSON number may lose digits
        {"policy", summary.policy},
        {"unused_ms",
         std::chrono::duration_cast<std::chrono::milliseconds>(summary.unused).count()},
        {"questions", summary.queries},
        {"reports", summary.reports},
    };
}

json::object to_json(const ModuleDetails& details, std::size_t shard) {
    auto out = to_json(details.summary, shard);
    json::object parameters;
    json::array endpoints;
    json::array changes;
    if (details.endpoint_table) {
        for (const auto& [name, value] : details.endpoint_table->policy().parameters) {
            parameters[name] = value;
        }
    }
    lb::Slot slot = 0;
    for (const auto& view : details.endpoints) {
        endpoints.push_back(to_json(view, *details.endpoint_table, slot++));
    }
    for (const auto& change : details.changes) changes.push_back(to_json(change));
    out["policy"] =
        json::object{{"name", details.summary.policy}, {"parameters", std::move(parameters)}};
    out["zone"] = details.zone;
    out["endpoints"] = std::move(endpoints);
    out["changes"] = std::move(changes);
    return out;
}

}  // namespace lars::agent
