#include "sim/plot.hpp"

#include "figures.hpp"
#include "sim/report.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

constexpr auto kEmphasised = "adaptive";
constexpr Time kBefore = 2s;
constexpr Time kAfterFailing = 15s;
constexpr Time kAfterJoining = 30s;
constexpr double kLeastPercent = 0.01;

double seconds(Time time) {
    return std::chrono::duration<double>(time).count();
}

double mean_share(
    const std::vector<Result>& results, const Servers& servers, Time from, Time until
) {
    double sum = 0;
    for (const auto& result : results) sum += share_of(result.picks, servers, from, until);
    return sum / static_cast<double>(results.size());
}

// Share of the picks by time, in steps; 0 is the moment `event`.
Line share_line(
    const Row& row, const Servers& servers, Time from, Time event, Time until, Time step
) {
    Line line{row.policy, {}};
    for (auto at = from; at + step <= until; at += step) {
        const auto share = mean_share(row.results, servers, at, at + step);
        line.points.emplace_back(seconds(at + step / 2 - event), share);
    }
    return line;
}

}  // namespace

Plots::Plots(std::filesystem::path directory) : directory_(std::move(directory)) {
    std::filesystem::create_directories(directory_);
}

void Plots::add(const Scenario& scenario, const std::vector<Row>& rows) {
    if (scenario.fails_at > Time()) plot_failing(scenario, rows);
    if (scenario.joining.count > 0) plot_joining(scenario, rows);
    if (scenario.sweep.empty()) return;
    auto& lines = sweeps_[scenario.sweep];
    lines.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<double> p99;
        for (const auto& result : rows[i].results) {
            p99.push_back(result.latencies.quantile_ms(0.99));
        }
        lines[i].name = rows[i].policy;
        lines[i].points.emplace_back(scenario.load, bench::median(p99));
    }
}

void Plots::finish() const {
    for (const auto& [sweep, lines] : sweeps_) {
        if (lines.front().points.size() < 2) continue;
        Chart chart{.title = sweep + ": p99 by load", .lines = lines, .emphasised = kEmphasised};
        chart.x_label = "load: offered work over what the servers can do";
        chart.y_label = "p99 in ms; 1000 is the time-out: unstable";
        chart.scale = Chart::Scale::logarithmic;
        chart.y_min = 40;
        for (const auto& line : lines) {
            for (const auto& point : line.points) {
                chart.y_max = std::min(std::max(chart.y_max, 1.1 * point.second), 1000.0);
            }
        }
        write("p99_" + sweep, chart);
    }
}

void Plots::plot_failing(const Scenario& scenario, const std::vector<Row>& rows) const {
    Chart chart{.title = scenario.name + ": picks of failing servers", .emphasised = kEmphasised};
    chart.x_label = "seconds since their calls began to fail";
    chart.y_label = "share of the picks in %; 0.01 is less";
    chart.scale = Chart::Scale::logarithmic;
    chart.y_min = kLeastPercent;
    chart.y_max = 100;
    const auto from = scenario.fails_at - kBefore;
    const auto until = std::min(scenario.until, scenario.fails_at + kAfterFailing);
    for (const auto& row : rows) {
        auto line = share_line(row, scenario.bad, from, scenario.fails_at, until, 200ms);
        for (auto& point : line.points) point.second *= 100;
        chart.lines.push_back(std::move(line));
    }
    write("failing_" + scenario.name, chart);
}

void Plots::plot_joining(const Scenario& scenario, const std::vector<Row>& rows) const {
    Chart chart{.title = scenario.name + ": picks of joining servers", .emphasised = kEmphasised};
    chart.x_label = "seconds since they joined";
    chart.y_label = "share of the picks, 1 as they deserve by weight";
    chart.y_max = 2;
    const auto from = scenario.joins_at - kBefore;
    const auto until = std::min(scenario.until, scenario.joins_at + kAfterJoining);
    const auto fair = fair_share(scenario, scenario.joining);
    for (const auto& row : rows) {
        auto line = share_line(row, scenario.joining, from, scenario.joins_at, until, 500ms);
        for (auto& point : line.points) point.second /= fair;
        chart.lines.push_back(std::move(line));
    }
    write("joining_" + scenario.name, chart);
}

void Plots::write(const std::string& name, const Chart& chart) const {
    const auto path = directory_ / (name + ".svg");
    std::ofstream file(path);
    file << to_svg(chart);
    file.close();
    if (!file) throw std::runtime_error("cannot write " + path.string());
    std::fprintf(stderr, "wrote %s\n", path.c_str());
}

}  // namespace lars::sim
