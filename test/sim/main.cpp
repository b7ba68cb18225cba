#include "figures.hpp"
#include "sim/experiment.hpp"
#include "sim/policies/policies.hpp"
#include "sim/report.hpp"

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

std::vector<sim::Scenario> choose_scenarios(const bench::Settings& settings) {
    const auto wanted =
        split(settings.text("--scenario", settings.quick ? "dead_one,slow_fifth_080" : ""));
    std::vector<sim::Scenario> chosen;
    for (auto& scenario : sim::all_scenarios()) {
        const auto fits = [&](const std::string& name) {
            return settings.quick ? scenario.name == name : scenario.name.starts_with(name);
        };
        if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), fits)) continue;
        if (settings.quick) scenario.until = scenario.from + std::chrono::seconds(2);
        chosen.push_back(std::move(scenario));
    }
    if (chosen.empty()) throw std::invalid_argument("no such scenario");
    return chosen;
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
