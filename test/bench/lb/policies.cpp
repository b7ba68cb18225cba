#include "lb/catalog.hpp"
#include "lb/load.hpp"

#include <benchmark/benchmark.h>

// Pick, report and route update of every policy, by the number of endpoints, with all well and with
// a tenth held for broken; and calls that go to one of many modules.
namespace {

using namespace lars;
using namespace lars::bench;

struct Case {
    std::string policy;
    std::uint32_t endpoints;
    Health health;
};

void pick(benchmark::State& state, const Case& each) {
    Calls calls(1);
    const auto balancer = running_balancer(each.policy, each.endpoints, each.health, calls);
    for (auto _ : state) {
        benchmark::DoNotOptimize(balancer->pick({}, calls.next_moment(), calls.random));
    }
}

void report(benchmark::State& state, const Case& each) {
    Calls calls(1);
    const auto balancer = running_balancer(each.policy, each.endpoints, each.health, calls);
    const auto route = route_of(each.endpoints);
    for (auto _ : state) {
        const auto bits = static_cast<std::uint32_t>(calls.random());
        // The broken ones, each tenth from the first, get next to no calls.
        auto at = lb::scaled(bits, each.endpoints);
        at += at % 10 == 0;
        const auto& endpoint = route.endpoints[at % each.endpoints].endpoint;
        benchmark::DoNotOptimize(balancer->report(endpoint, calls.next_call(), calls.next_moment())
        );
    }
}

void update(benchmark::State& state, const Case& each) {
    Calls calls(1);
    const auto balancer = running_balancer(each.policy, each.endpoints, each.health, calls);
    auto route = route_of(each.endpoints);
    const auto whole = std::make_shared<const lb::EndpointTable>(route);
    route.endpoints.pop_back();
    const auto less = std::make_shared<const lb::EndpointTable>(route);
    bool grows = false;
    for (auto _ : state) {
        balancer->update(grows ? whole : less, calls.next_moment());
        grows = !grows;
    }
}

void update_half(benchmark::State& state, const Case& each) {
    Calls calls(1);
    const auto balancer = running_balancer(each.policy, each.endpoints, each.health, calls);
    auto route = route_of(each.endpoints + each.endpoints / 2);
    const auto later = route;
    route.endpoints.resize(each.endpoints);
    const auto first = std::make_shared<const lb::EndpointTable>(route);
    route.endpoints = {later.endpoints.end() - each.endpoints, later.endpoints.end()};
    const auto second = std::make_shared<const lb::EndpointTable>(route);
    bool turn = false;
    for (auto _ : state) {
        balancer->update(turn ? first : second, calls.next_moment());
        turn = !turn;
    }
}

void prepare(benchmark::State& state, std::uint32_t endpoints) {
    const auto route = route_of(endpoints);
    for (auto _ : state) benchmark::DoNotOptimize(lb::EndpointTable(route));
}

void mixed_modules(benchmark::State& state, const std::string& policy) {
    constexpr std::uint32_t kModules = 10'000;
    constexpr std::uint32_t kEndpoints = 3;
    Calls calls(1);
    std::vector<std::unique_ptr<lb::Balancer>> modules;
    for (std::uint32_t i = 0; i < kModules; ++i) {
        modules.push_back(running_balancer(policy, kEndpoints, Health::all_well, calls));
    }
    for (auto _ : state) {
        auto& module = *modules[lb::scaled(static_cast<std::uint32_t>(calls.random()), kModules)];
        // Mostly hardly any time, and sometimes seconds.
        if ((calls.random() & 1023) == 0) calls.now += std::chrono::seconds(3);
        const auto now = calls.next_moment();
        const auto pick = module.pick({}, now, calls.random);
        module.report(pick.endpoint, calls.next_call(), now);
    }
}

void add(
    const std::string& what, void (*benchmark_of)(benchmark::State&, const Case&), const Case& each
) {
    const auto name = what + '/' + each.policy + '/' + std::to_string(each.endpoints) +
                      (each.health == Health::tenth_broken ? "/tenth_broken" : "");
    benchmark::RegisterBenchmark(name.c_str(), [benchmark_of, each](benchmark::State& state) {
        benchmark_of(state, each);
    });
}

void add_all() {
    for (const auto& policy : lb::catalog()) {
        const std::string name(policy.name);
        for (const std::uint32_t endpoints : {3U, 100U, 10'000U}) {
            for (const auto health : {Health::all_well, Health::tenth_broken}) {
                const Case each{name, endpoints, health};
                add("pick", pick, each);
                add("report", report, each);
                add("update", update, each);
                add("update_half", update_half, each);
            }
        }
        benchmark::RegisterBenchmark(
            ("pick_and_report/" + name + "/10000_modules").c_str(),
            [name](benchmark::State& state) { mixed_modules(state, name); }
        );
    }
    for (const auto endpoints : {3U, 100U, 10'000U}) {
        benchmark::RegisterBenchmark(
            ("prepare_route/" + std::to_string(endpoints)).c_str(),
            [endpoints](benchmark::State& state) { prepare(state, endpoints); }
        );
    }
}

/// Google Benchmark's own flags, with those of our other benchmarks in its words.
std::vector<std::string> translate(int argc, char** argv) {
    std::vector<std::string> words{argv[0]};
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--quick") {
            words.emplace_back("--benchmark_min_time=0.001");
        } else if (word == "--json") {
            words.emplace_back("--benchmark_format=json");
        } else {
            words.push_back(word);
        }
    }
    return words;
}

}  // namespace

int main(int argc, char** argv) {
    auto words = translate(argc, argv);
    std::vector<char*> pointers;
    for (auto& each : words) pointers.push_back(each.data());
    auto count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;
    add_all();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
