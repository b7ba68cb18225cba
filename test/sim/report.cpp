#include "sim/report.hpp"

#include "figures.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

double share_of(const Picks& picks, const Servers& servers, Time from, Time until) {
    const auto all = picks.all(from, until);
    std::uint64_t sum = 0;
    for (auto i = servers.first; i < servers.first + servers.count; ++i) {
        sum += picks.of(i, from, until);
    }
    return all == 0 ? 0 : double(sum) / double(all);
}

using Values = std::vector<std::pair<std::string, double>>;

Values values_of(const Scenario& scenario, const Result& result) {
    Values values{
        {"p50_ms", result.latencies.quantile_ms(0.5)},
        {"p99_ms", result.latencies.quantile_ms(0.99)},
        {"p999_ms", result.latencies.quantile_ms(0.999)},
        {"error_rate", result.error_rate()},
        {"unstable", result.unstable() ? 1 : 0}};
    if (scenario.bad.count > 0) {
        const auto& picks = result.picks;
        values.emplace_back(
            "bad_share", share_of(picks, scenario.bad, scenario.from, scenario.until)
        );
        if (scenario.fails_at > Time()) {
            const auto after = scenario.fails_at + 1s;
            values.emplace_back("bad_share_1s", share_of(picks, scenario.bad, after, after + 1s));
        }
    }
    return values;
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, value >= 100 ? "%.0f" : "%.3g", value);
    return text;
}

// The range is told where it is more than a twentieth of the median.
std::string cell(const std::vector<double>& samples) {
    const auto [least, most] = std::minmax_element(samples.begin(), samples.end());
    const auto median = bench::median(samples);
    if (*most - *least <= median / 20) return number(median);
    return number(median) + " (" + number(*least) + "-" + number(*most) + ")";
}

}  // namespace

std::vector<Figure> figures_of(const Scenario& scenario, const std::vector<Result>& results) {
    std::vector<Figure> figures;
    for (const auto& result : results) {
        const auto values = values_of(scenario, result);
        figures.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            figures[i].key = values[i].first;
            figures[i].samples.push_back(values[i].second);
        }
    }
    return figures;
}

void print_table(const Scenario& scenario, const std::vector<Row>& rows) {
    std::vector<std::vector<std::string>> lines{{scenario.name}};
    for (const auto& row : rows) {
        const auto figures = figures_of(scenario, row.results);
        auto& header = lines.front();
        auto& line = lines.emplace_back(std::vector{row.policy});
        for (std::size_t i = 0; i < figures.size(); ++i) {
            if (header.size() <= i + 1) header.push_back(figures[i].key);
            line.push_back(cell(figures[i].samples));
        }
    }
    std::vector<std::size_t> widths(lines.front().size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < line.size(); ++i) {
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i < line.size(); ++i) {
            text += line[i];
            if (i + 1 < line.size()) text.append(widths[i] - line[i].size() + 2, ' ');
        }
        std::printf("%s\n", text.c_str());
    }
    std::printf("\n");
    std::fflush(stdout);
}

}  // namespace lars::sim
