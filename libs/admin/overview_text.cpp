#include "admin/overview_text.hpp"

#include "admin/table.hpp"

#include <spdlog/fmt/chrono.h>

#include <algorithm>

namespace lars::admin {
namespace {

std::string format_rate(const CallSums& sums) {
    if (sums.calls() == 0) return "-";
    if (sums.failures == 0) return "0 %";
    const auto percent =
        100 * static_cast<double>(sums.failures) / static_cast<double>(sums.calls());
    return percent < 0.01 ? "<0.01 %" : fmt::format("{:.3g} %", percent);
}

std::string format_latency(const std::optional<double>& us) {
    if (!us) return "-";
    if (*us < 1e3) return fmt::format("{:.0f} us", *us);
    return *us < 1e6 ? fmt::format("{:.3g} ms", *us / 1e3) : fmt::format("{:.3g} s", *us / 1e6);
}

std::string state_of(const OverviewLine& line, Grain grain) {
    std::string state = line.sums.calls() > 0 ? "ok" : "no calls";
    if (!line.avoiding.empty() && grain == Grain::module) {
        state = fmt::format("{} overloaded", line.avoided.size());
    } else if (!line.avoiding.empty()) {
        state = fmt::format("overloaded at {} of {}", line.avoiding.size(), line.callers.size());
    }
    if (grain == Grain::endpoint && !line.instance.empty()) state += "; of " + line.instance;
    if (line.endpoints == 0 && !line.may_be_host) return state + ", no route";
    return line.weight == 0 ? state + ", drained" : state;
}

// Without names there is no column of them.
std::vector<std::string> heading(const Overview& overview, Grain grain) {
    if (grain == Grain::module && !overview.names.empty()) {
        return {
            "NAME",
            "MODID",
            "CMDID",
            "ENDPOINTS",
            "CALLS",
            "ERRORS",
            "P50",
            "P99",
            "CALLERS",
            "STATE"};
    }
    if (grain == Grain::module) {
        return {"MODID", "CMDID", "ENDPOINTS", "CALLS", "ERRORS", "P50", "P99", "CALLERS", "STATE"};
    }
    return {"ENDPOINT", "WEIGHT", "CALLS", "ERRORS", "P50", "P99", "CALLERS", "STATE"};
}

std::vector<std::string> name_cells(const OverviewLine& line, const NamesById& names, Grain grain) {
    if (grain == Grain::module) {
        std::vector<std::string> cells;
        if (!names.empty()) cells.push_back(name_of(line.module, names));
        cells.push_back(std::to_string(line.module.modid));
        cells.push_back(std::to_string(line.module.cmdid));
        cells.push_back(std::to_string(line.endpoints));
        return cells;
    }
    return {to_string(line.endpoint), line.endpoints > 0 ? std::to_string(line.weight) : "-"};
}

std::vector<std::string> total_cells(
    const OverviewLine& total, const NamesById& names, Grain grain
) {
    if (grain == Grain::module && !names.empty()) {
        return {"total", "", "", std::to_string(total.endpoints)};
    }
    if (grain == Grain::module) return {"total", "", std::to_string(total.endpoints)};
    return {"total", std::to_string(total.weight)};
}

std::vector<std::string> row_of(
    std::vector<std::string> cells, const OverviewLine& line, const std::string& state
) {
    const auto& sums = line.sums;
    cells.push_back(std::to_string(sums.calls()));
    cells.push_back(format_rate(sums));
    cells.push_back(format_latency(sums.quantile_us(0.5)));
    cells.push_back(format_latency(sums.quantile_us(0.99)));
    cells.push_back(std::to_string(line.callers.size()));
    cells.push_back(state);
    return cells;
}

std::string format_age(std::chrono::seconds age) {
    const auto seconds = std::max<std::int64_t>(age.count(), 0);
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < 7'200) return fmt::format("{} minutes", seconds / 60);
    return seconds < 172'800 ? fmt::format("{} hours", seconds / 3'600)
                             : fmt::format("{} days", seconds / 86'400);
}

}  // namespace

std::string format_overview(const Overview& overview, Grain grain, std::size_t max_lines) {
    std::vector<std::vector<std::string>> table{heading(overview, grain)};
    const auto shown = std::min(max_lines, overview.lines.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const auto& line = overview.lines[i];
        table.push_back(row_of(name_cells(line, overview.names, grain), line, state_of(line, grain))
        );
    }
    if (shown < overview.lines.size()) {
        table.push_back({fmt::format("({} more)", overview.lines.size() - shown)});
    }
    const auto& total = overview.total;
    const auto avoided =
        total.avoided.empty() ? std::string() : fmt::format("{} overloaded", total.avoided.size());
    table.push_back(row_of(total_cells(total, overview.names, grain), total, avoided));
    return fmt::format("since {:%Y-%m-%d %H:%M:%S} UTC\n", fmt::gmtime(overview.from)) +
           format_table(table);
}

std::string why_no_calls(
    const Overview& overview, std::optional<ModuleId> module, store::UnixTime now
) {
    if (overview.total.sums.calls() > 0) return {};
    const auto whose = module ? " of module " + to_string(*module) : std::string();
    if (!overview.last_report) {
        const auto* const route =
            overview.lines.empty() ? (module ? ", and it has no route" : ", and no routes") : "";
        return "this store has no calls" + whose + route +
               ". Does a reporter write to it (lars-reporter --store), and do the agents send to "
               "that (lars-agent --reporter)?\n";
    }
    return "no calls" + whose + " in this time; the last report came " +
           format_age(now - *overview.last_report) + " ago\n";
}

}  // namespace lars::admin
