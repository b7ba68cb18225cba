#include "admin/overview_json.hpp"

namespace lars::admin {
namespace {

namespace json = boost::json;

json::value latency_json(const std::optional<double>& us) {
    return us ? json::value(*us) : json::value();
}

json::object sums_json(const OverviewLine& line) {
    const auto& sums = line.sums;
    json::value rate;
    if (sums.calls() > 0) {
        rate = static_cast<double>(sums.failures) / static_cast<double>(sums.calls());
    }
    return {
        {"calls", sums.calls()},
        {"failures", sums.failures},
        {"error_rate", rate},
        {"p50_us", latency_json(sums.quantile_us(0.5))},
        {"p99_us", latency_json(sums.quantile_us(0.99))},
        {"overloaded_ms", sums.overloaded_ms},
        {"callers", line.callers.size()},
        {"callers_avoiding", line.avoiding.size()},
        {"endpoints_avoided", line.avoided.size()},
        {"endpoints", line.endpoints},
        {"weight", line.weight}};
}

json::object line_json(const OverviewLine& line, const NamesById& names, Grain grain) {
    json::object object;
    if (grain == Grain::module) {
        object = {{"modid", line.module.modid}, {"cmdid", line.module.cmdid}};
        if (const auto& name = name_of(line.module, names); !name.empty()) object["name"] = name;
    } else {
        object = {{"host", address_to_string(line.endpoint)}, {"port", line.endpoint.port}};
        if (!line.instance.empty()) object["instance"] = line.instance;
    }
    for (auto& [key, value] : sums_json(line)) object.emplace(key, value);
    return object;
}

}  // namespace

json::object overview_json(const Overview& overview, Grain grain) {
    json::array lines;
    for (const auto& line : overview.lines) lines.push_back(line_json(line, overview.names, grain));
    const auto seconds = [](store::UnixTime time) { return time.time_since_epoch().count(); };
    json::value last_report;
    if (overview.last_report) last_report = seconds(*overview.last_report);
    json::object object{
        {"from", seconds(overview.from)},
        {"last_report", last_report},
        {"total", sums_json(overview.total)}};
    object[grain == Grain::module ? "modules" : "endpoints"] = std::move(lines);
    return object;
}

}  // namespace lars::admin
