#include "figures.hpp"
#include "sim/experiment.hpp"
#include "sim/policies/policies.hpp"
#include "sim/report.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <stdexcept>

// Policies on a simulated fleet, by scenario. --scenario names one, or the beginning of several.
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

std::vector<sim::Scenario> choose_scenarios(const bench::Settings& settings) {
    const auto wanted =
        split(settings.text("--scenario", settings.quick ? "slow_fifth_080,dead_one" : ""));
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
        if (!chosen[i]) continue;
        scenarios.push_back(all[i]);
        auto& scenario = scenarios.back();
        if (settings.quick) scenario.until = scenario.from + std::chrono::seconds(2);
    }
    return scenarios;
}

int run(const bench::Settings& settings) {
    const auto scenarios = choose_scenarios(settings);
    auto policies = split(settings.text("--policies", ""));
    if (policies.empty()) policies = sim::policy_names();
    const auto seeds = settings.number("--seeds", settings.quick ? 1 : 5);

    bench::Figures figures("sim");
    const auto begin = std::chrono::steady_clock::now();
    std::size_t done = 0;
    sim::run_experiments(
        scenarios,
        policies,
        seeds,
        [&](const sim::Scenario& scenario, const std::vector<sim::Row>& rows) {
            const auto passed = std::chrono::steady_clock::now() - begin;
            std::fprintf(
                stderr,
                "[%3d s] %zu of %zu: %s\n",
                static_cast<int>(std::chrono::duration<double>(passed).count()),
                ++done,
                scenarios.size(),
                scenario.name.c_str()
            );
            sim::print_table(scenario, rows);
            for (const auto& row : rows) {
                for (const auto& figure : sim::figures_of(scenario, row.results)) {
                    const auto key = scenario.name + '.' + row.policy + '.' + figure.key;
                    for (const auto sample : figure.samples) figures.add(key, sample);
                }
            }
        }
    );
    if (settings.json) figures.print_json_with_ranges();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("sim", [=] {
        return run(bench::parse_settings(argc, argv, {"--seeds"}, {"--scenario", "--policies"}));
    });
}
