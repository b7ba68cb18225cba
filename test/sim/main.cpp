#include "figures.hpp"
#include "sim/experiment.hpp"
#include "sim/plot.hpp"
#include "sim/policies/policies.hpp"
#include "sim/report.hpp"
#include "sim/share_report.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <sstream>
#include <stdexcept>

// Policies on a simulated fleet. --scenario and --policies take several, with commas; a policy of
// libs/lb may have parameters: adaptive:failure_penalty=5.
namespace {

using namespace lars;

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
    return parts;
}

// By name, by "load_sweep", or by how their names begin.
bool fits(const sim::Scenario& scenario, const std::string& wanted, bool is_name) {
    if (is_name) return scenario.name == wanted;
    if (wanted == "load_sweep") return !scenario.sweep.empty();
    return scenario.name.starts_with(wanted);
}

std::vector<sim::Scenario> choose_scenarios(const std::vector<std::string>& wanted) {
    const auto all = sim::all_scenarios();
    std::vector<bool> chosen(all.size(), wanted.empty());
    for (const auto& each : wanted) {
        const bool is_name = std::any_of(all.begin(), all.end(), [&](const sim::Scenario& one) {
            return one.name == each;
        });
        bool found = false;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!fits(all[i], each, is_name)) continue;
            chosen[i] = found = true;
        }
        if (!found) throw std::invalid_argument("no scenario begins with " + each);
    }
    std::vector<sim::Scenario> scenarios;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (chosen[i]) scenarios.push_back(all[i]);
    }
    return scenarios;
}

// Those by which one sees what equal shares cost, and what they are like elsewhere.
const std::vector<std::string>& policies_for_shares() {
    static const std::vector<std::string> names{
        "adaptive", "least_request", "peak_ewma", "round_robin", "prequal"};
    return names;
}

// Without weights, weighted round robin is round robin, and is only run when it is asked for.
std::vector<std::string> policies_for(const sim::Scenario& scenario) {
    if (scenario.shares.in_flight > 0) return policies_for_shares();
    auto policies = sim::policy_names();
    const auto& servers = scenario.servers;
    const bool equal = std::all_of(servers.begin(), servers.end(), [&](const auto& each) {
        return each.weight == servers.front().weight;
    });
    if (equal) std::erase(policies, "weighted_round_robin");
    return policies;
}

std::vector<sim::Experiment> plan(const bench::Settings& settings) {
    const auto policies = split(settings.text("--policies", ""));
    const auto* const otherwise = settings.quick ? "slow_fifth_080,dead_one" : "";
    std::vector<sim::Experiment> experiments;
    for (auto& scenario : choose_scenarios(split(settings.text("--scenario", otherwise)))) {
        if (settings.quick) scenario.until = scenario.from + std::chrono::seconds(2);
        auto compared = policies.empty() ? policies_for(scenario) : policies;
        experiments.push_back({std::move(scenario), std::move(compared)});
    }
    return experiments;
}

int run(const bench::Settings& settings) {
    const auto experiments = plan(settings);
    const auto seeds = settings.number("--seeds", settings.quick ? 1 : 5);
    std::optional<sim::Plots> plots;
    if (const auto directory = settings.text("--plot", ""); !directory.empty()) {
        plots.emplace(directory);
    }
    bench::Figures figures("sim");
    std::printf("medians of %d seeds, in brackets least and most where they differ\n\n", seeds);

    const auto begin = std::chrono::steady_clock::now();
    std::size_t done = 0;
    sim::ShareTable shares;
    const auto tell = [&](const sim::Scenario& scenario, const std::vector<sim::Row>& rows) {
        const auto passed = std::chrono::steady_clock::now() - begin;
        std::fprintf(
            stderr,
            "[%3.0f s] %zu of %zu: %s\n",
            std::chrono::duration<double>(passed).count(),
            ++done,
            experiments.size(),
            scenario.name.c_str()
        );
        if (scenario.shares.in_flight > 0) {
            shares.add(scenario, rows);
        } else {
            sim::print_table(scenario, rows);
            if (plots) plots->add(scenario, rows);
        }
        for (const auto& row : rows) {
            for (const auto& figure : sim::figures_of(scenario, row, rows)) {
                const auto key = scenario.name + '.' + row.policy + '.' + figure.key;
                for (const auto sample : figure.samples) figures.add(key, sample);
            }
        }
    };
    sim::run_experiments(experiments, seeds, tell);
    shares.print();
    if (plots) plots->finish();
    if (settings.json) figures.print_json_with_ranges();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("sim", [=] {
        return run(
            bench::parse_settings(argc, argv, {"--seeds"}, {"--scenario", "--policies", "--plot"})
        );
    });
}
