#include "sim/report.hpp"

#include "figures.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace lars::sim {
namespace {

using namespace std::chrono_literals;

using Values = std::vector<std::pair<std::string, double>>;

void add_bad(Values& values, const Scenario& scenario, const Picks& picks) {
    const auto recovered = scenario.recovers_at > Time() ? scenario.recovers_at : scenario.until;
    values.emplace_back("bad_share", share_of(picks, scenario.bad, scenario.from, recovered));
    if (scenario.fails_at == Time()) return;
    const auto after = scenario.fails_at + 1s;
    values.emplace_back("bad_share_1s", share_of(picks, scenario.bad, after, after + 1s));
}

// In shares as weights deserve, the most in any second: of one of those that join, which is partly
// chance, and of all of them together. And how long it took until they together got nine tenths of
// what they deserve in a second.
void add_joining(Values& values, const Scenario& scenario, const Picks& picks) {
    const auto begin = scenario.joins_at;
    const auto peak_of = [&](const Servers& servers) {
        double peak = 0;
        for (auto at = begin; at + 1s <= scenario.until; at += 1s) {
            peak = std::max(peak, share_of(picks, servers, at, at + 1s));
        }
        return peak / fair_share(scenario, servers);
    };
    const auto& joining = scenario.joining;
    double peak = 0;
    for (auto i = joining.first; i < joining.first + joining.count; ++i) {
        peak = std::max(peak, peak_of({i, 1}));
    }
    values.emplace_back("join_peak", peak);
    values.emplace_back("join_peak_all", peak_of(joining));
    const auto deserved = 0.9 * fair_share(scenario, joining);
    auto at = begin;
    while (at + 1s < scenario.until && share_of(picks, joining, at, at + 1s) < deserved) {
        at += Picks::kStep;
    }
    values.emplace_back("join_full_s", std::chrono::duration<double>(at + 1s - begin).count());
}

// How full the fullest and the emptiest zone were, of those that were up at all.
void add_zones(Values& values, const Result& result) {
    values.emplace_back("cross_zone_share", result.cross_zone_share());
    double fullest = 0;
    double emptiest = 1;
    for (const auto& zone : result.zones) {
        if (zone.could_work == Time()) continue;
        fullest = std::max(fullest, zone.utilisation());
        emptiest = std::min(emptiest, zone.utilisation());
    }
    values.emplace_back("fullest_zone", fullest);
    values.emplace_back("emptiest_zone", emptiest);
}

Values values_of(const Scenario& scenario, const Result& result) {
    if (scenario.shares.in_flight > 0) {
        return {{"share_min", result.share_min}, {"share_max", result.share_max}};
    }
    Values values{
        {"p50_ms", result.latencies.quantile_ms(0.5)},
        {"p99_ms", result.latencies.quantile_ms(0.99)},
        {"p999_ms", result.latencies.quantile_ms(0.999)},
        {"error_rate", result.error_rate()},
        {"tries_each", result.tries_each()},
        {"unstable", result.unstable() ? 1 : 0}};
    if (scenario.bad.count > 0) add_bad(values, scenario, result.picks);
    if (!scenario.zones.names.empty()) add_zones(values, result);
    if (scenario.joining.count > 0) add_joining(values, scenario, result.picks);
    return values;
}

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, value >= 100 ? "%.0f" : "%.3g", value);
    return text;
}

// The range is told where it is more than a twentieth of the median.
std::string cell(const std::vector<double>& samples) {
    const auto [min, max] = std::minmax_element(samples.begin(), samples.end());
    const auto median = bench::median(samples);
    if (*max - *min <= median / 20) return number(median);
    return number(median) + " (" + number(*min) + "-" + number(*max) + ")";
}

}  // namespace

double share_of(const Picks& picks, const Servers& servers, Time from, Time until) {
    const auto all = picks.all(from, until);
    std::uint64_t sum = 0;
    for (auto i = servers.first; i < servers.first + servers.count; ++i) {
        sum += picks.of(i, from, until);
    }
    return all == 0 ? 0 : double(sum) / double(all);
}

double fair_share(const Scenario& scenario, const Servers& servers) {
    double all = 0;
    double those = 0;
    for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
        const double weight = scenario.servers[i].weight;
        all += weight;
        if (servers.contains(i)) those += weight;
    }
    return those / all;
}

std::vector<Figure> figures_of(
    const Scenario& scenario, const Row& row, const std::vector<Row>& rows
) {
    std::vector<Figure> figures;
    for (const auto& result : row.results) {
        const auto values = values_of(scenario, result);
        figures.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            figures[i].key = values[i].first;
            figures[i].samples.push_back(values[i].second);
        }
    }
    const auto oracle = std::find_if(rows.begin(), rows.end(), [](const Row& each) {
        return each.policy == "oracle";
    });
    if (oracle == rows.end() || scenario.shares.in_flight > 0) return figures;
    Figure ratio{.key = "p99_to_oracle", .samples = {}};
    for (std::size_t seed = 0; seed < row.results.size(); ++seed) {
        const auto p99 = [seed](const Row& of) {
            return of.results[seed].latencies.quantile_ms(0.99);
        };
        ratio.samples.push_back(p99(row) / p99(*oracle));
    }
    figures.push_back(std::move(ratio));
    return figures;
}

void print_table(const Scenario& scenario, const std::vector<Row>& rows) {
    std::vector<std::vector<std::string>> lines{{scenario.name}};
    for (const auto& row : rows) {
        std::vector<std::string> line{row.policy};
        for (const auto& figure : figures_of(scenario, row, rows)) {
            if (lines.size() == 1) lines.front().push_back(figure.key);
            line.push_back(cell(figure.samples));
        }
        lines.push_back(std::move(line));
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
