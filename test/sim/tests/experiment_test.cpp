#include "sim/experiment.hpp"

#include "sim/report.hpp"
#include "sim/simulation.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace lars;
using namespace lars::sim;
using namespace std::chrono_literals;

namespace {

Scenario small(const std::string& name) {
    Scenario scenario{.name = name, .callers = 2, .rate = 1'000, .from = 1s, .until = 2s};
    scenario.servers.resize(4);
    return scenario;
}

}  // namespace

TEST_CASE("experiments come in their order, with a row for each policy and a result for each seed"
) {
    const std::vector<Experiment> experiments{
        {small("first"), {"random", "oracle"}}, {small("second"), {"round_robin"}}};
    std::vector<std::string> seen;
    run_experiments(experiments, 3, [&](const Scenario& scenario, const std::vector<Row>& rows) {
        for (const auto& row : rows) {
            seen.push_back(scenario.name + ' ' + row.policy);
            REQUIRE(row.results.size() == 3);
            for (std::uint64_t seed = 1; seed <= 3; ++seed) {
                const auto alone = Simulation(scenario, row.policy, seed).run();
                CHECK(row.results[seed - 1].events == alone.events);
            }
        }
    });
    CHECK(seen == std::vector<std::string>{"first random", "first oracle", "second round_robin"});
}

TEST_CASE("what a run throws ends the experiments") {
    const std::vector<Experiment> experiments{{small("only"), {"random", "no_such"}}};
    CHECK_THROWS_AS(
        run_experiments(experiments, 2, [](const auto&, const auto&) {}), std::invalid_argument
    );
}

TEST_CASE("figures tell what bad and joining servers got, and p99 beside the oracle's") {
    auto scenario = small("away");
    scenario.until = 9s;
    scenario.bad = scenario.joining = {0, 1};
    scenario.fails_at = 1s;
    scenario.recovers_at = scenario.joins_at = 5s;
    scenario.changes = {
        {.at = 1s, .servers = scenario.bad, .health = Health::refusing},
        {.at = 5s, .servers = scenario.bad, .health = Health::up}};
    const std::vector<Experiment> experiments{{scenario, {"round_robin", "oracle"}}};
    run_experiments(experiments, 2, [](const Scenario& each, const std::vector<Row>& rows) {
        const auto median = [&](std::size_t row, const std::string& key) {
            const auto figures = figures_of(each, rows[row], rows);
            const auto found = std::find_if(figures.begin(), figures.end(), [&](const auto& one) {
                return one.key == key;
            });
            REQUIRE(found != figures.end());
            REQUIRE(found->samples.size() == 2);
            return found->samples[0];
        };
        CHECK(median(0, "bad_share") == Approx(0.25).epsilon(0.01));
        CHECK(median(0, "bad_share_1s") == Approx(0.25).epsilon(0.02));
        CHECK(median(0, "error_rate") == Approx(0.125).epsilon(0.05));
        CHECK(median(0, "join_peak") == Approx(1).epsilon(0.02));
        CHECK(median(0, "join_full_s") == 1);
        CHECK(median(0, "p99_to_oracle") > 0.5);
        CHECK(median(1, "bad_share") == 0);
        CHECK(median(1, "p99_to_oracle") == 1);
    });
}
