#include "sim/simulation.hpp"

#include "support/catch.hpp"

#include <cmath>

using namespace lars;
using namespace lars::sim;
using namespace std::chrono_literals;

namespace {

// One server, one caller; with the load it stands in the steady state of an M/M/c queue.
Scenario queue(std::uint32_t workers, double load) {
    Scenario scenario;
    scenario.servers = {{.workers = workers}};
    scenario.callers = 1;
    scenario.load = load;
    scenario.rate = rate_for(load, workers, scenario.times);
    scenario.timeout = 60s;
    scenario.until = 10s + std::chrono::seconds(static_cast<int>(300'000 / scenario.rate));
    return scenario;
}

Result run(const Scenario& scenario, const std::string& policy = "random", std::uint64_t seed = 1) {
    return Simulation(scenario, policy, seed).run();
}

constexpr double kOnTheWayMs = 0.2;  // there and back

// The probability that a call waits in an M/M/c queue, by Erlang's second formula.
double waits(std::uint32_t workers, double load) {
    const auto offered = load * workers;
    double term = 1;
    double sum = 1;
    for (std::uint32_t i = 1; i < workers; ++i) sum += term *= offered / i;
    const auto all_busy = term * offered / workers / (1 - load);
    return all_busy / (sum + all_busy);
}

Scenario failing_at(Health health) {
    Scenario scenario;
    scenario.servers.resize(2);
    scenario.callers = 1;
    scenario.rate = 200;
    scenario.until = 20s;
    scenario.bad = {0, 1};
    scenario.fails_at = 10s;
    scenario.changes = {{.at = 10s, .servers = scenario.bad, .health = health}};
    return scenario;
}

}  // namespace

TEST_CASE("one server with one worker is an M/M/1 queue") {
    const auto result = run(queue(1, 0.7));
    // Times in the system are exponential with a mean of 10 ms / (1 - load).
    const auto mean = 10 / (1 - 0.7);
    CHECK(result.latencies.mean_ms() == Approx(mean + kOnTheWayMs).epsilon(0.03));
    CHECK(result.latencies.quantile_ms(0.5) == Approx(mean * std::log(2) + 0.2).epsilon(0.03));
    CHECK(result.latencies.quantile_ms(0.99) == Approx(mean * std::log(100) + 0.2).epsilon(0.04));
    CHECK(result.errors == 0);
    CHECK_FALSE(result.unstable());
}

TEST_CASE("several workers are an M/M/c queue") {
    const auto result = run(queue(8, 0.9));
    const auto wait = waits(8, 0.9) * 10 / (8 * (1 - 0.9));
    CHECK(result.latencies.mean_ms() == Approx(10 + wait + kOnTheWayMs).epsilon(0.03));
}

TEST_CASE("every shape of service times has the same mean") {
    for (const auto shape :
         {ServiceTimes::Shape::exponential,
          ServiceTimes::Shape::lognormal,
          ServiceTimes::Shape::bimodal}) {
        lb::Random random(1);
        Time sum{};
        for (int i = 0; i < 200'000; ++i) sum += ServiceTimes{shape}.draw(random);
        CHECK(double(sum.count()) / 200'000 == Approx(10e6).epsilon(0.01));
    }
}

TEST_CASE("the same seed gives the same numbers, another one others") {
    auto scenario = queue(8, 0.8);
    scenario.servers.resize(5);
    scenario.callers = 3;
    scenario.until = 12s;
    for (const auto& policy : policy_names()) {
        const auto first = run(scenario, policy);
        const auto again = run(scenario, policy);
        const auto other = run(scenario, policy, 2);
        INFO(policy);
        CHECK(first.events == again.events);
        CHECK(first.latencies.mean_ms() == again.latencies.mean_ms());
        CHECK(first.picks.of(2, 10s, 12s) == again.picks.of(2, 10s, 12s));
        CHECK(first.latencies.mean_ms() != other.latencies.mean_ms());
    }
}

TEST_CASE("every policy gets the same calls") {
    auto scenario = queue(8, 0.5);
    scenario.servers.resize(4);
    scenario.until = 15s;
    const auto calls = run(scenario).calls;
    for (const auto& policy : policy_names()) CHECK(run(scenario, policy).calls == calls);
}

TEST_CASE("a black hole's calls time out, and count with the time that was waited") {
    auto scenario = failing_at(Health::black_hole);
    scenario.timeout = 500ms;
    const auto result = run(scenario, "round_robin");
    CHECK(result.error_rate() == Approx(0.5).margin(0.01));
    CHECK(result.timeouts == result.errors);
    CHECK(result.latencies.quantile_ms(0.75) == Approx(500).epsilon(0.004));
    CHECK(result.latencies.count() == result.calls);
}

TEST_CASE("a server that refuses answers at once, and its calls aren't quick answers") {
    const auto result = run(failing_at(Health::refusing), "round_robin");
    CHECK(result.error_rate() == Approx(0.5).margin(0.01));
    CHECK(result.timeouts == 0);
    CHECK(result.latencies.count() == result.calls - result.errors);
    CHECK(result.latencies.quantile_ms(0.001) > kOnTheWayMs);
}

TEST_CASE("a server that fails half of its calls fails half of them") {
    const auto result = run(failing_at(Health::failing_half), "round_robin");
    CHECK(result.error_rate() == Approx(0.25).margin(0.03));
}

TEST_CASE("a retry picks again") {
    auto scenario = failing_at(Health::refusing);
    scenario.retries = 1;
    // Turn about, so that a second try fails only when somebody called in between.
    const auto result = run(scenario, "round_robin");
    CHECK(result.error_rate() < 0.1);
    CHECK(result.latencies.count() == result.calls - result.errors);
    CHECK(result.picks.all(10s, 20s) > result.calls * 14 / 10);
}

TEST_CASE("more work than a server can do is told to be unstable") {
    auto scenario = queue(4, 1.2);
    scenario.timeout = 1s;
    scenario.until = 60s;
    const auto result = run(scenario);
    CHECK(result.unstable());
    CHECK(result.error_rate() > 0.5);
}

TEST_CASE("an endpoint that isn't in the route yet is picked once it joins") {
    auto scenario = queue(8, 0.5);
    scenario.servers.push_back({.routed = false});
    scenario.until = 20s;
    scenario.changes = {{.at = 15s, .servers = {1, 1}, .routed = true}};
    const auto result = run(scenario, "round_robin");
    CHECK(result.picks.of(1, 10s, 15s) == 0);
    CHECK(result.picks.of(1, 15s, 20s) == Approx(double(result.picks.of(0, 15s, 20s))).margin(1));
}

TEST_CASE("a policy takes parameters, and is refused wrong ones") {
    CHECK_NOTHROW(policy_factory("adaptive:failure_penalty=5", {}));
    CHECK_THROWS(policy_factory("adaptive:failure_penalty=none", {}));
    CHECK_THROWS(policy_factory("adaptive:no_such=1", {}));
    CHECK_THROWS(policy_factory("no_such", {}));
}
