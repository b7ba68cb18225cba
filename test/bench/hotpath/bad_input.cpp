#include "bad_datagrams.hpp"
#include "clients.hpp"
#include "learning.hpp"
#include "process.hpp"
#include "running_upstream.hpp"
#include "scale_parts.hpp"
#include "scrape.hpp"
#include "server.hpp"

#include <cstdio>
#include <stdexcept>

namespace lars::bench {
namespace {

constexpr int kModules = 3;  // one for each shard
constexpr int kEndpoints = 3;

/// How many of each kind the agent has counted, all together. Throws when there is none of one.
double counted(Server& agent) {
    const auto metrics = scrape(agent.admin_port());
    double all = 0;
    for (const auto& each : bad_datagrams()) {
        const auto count = value_of(metrics, "lars_bad_input_total{kind=\"" + each.kind + "\"}");
        if (count == 0) throw std::runtime_error("the agent counted no " + each.kind);
        all += count;
    }
    return all;
}

}  // namespace

void measure_bad_input(const Settings& settings, Figures& figures) {
    const int rounds = settings.number("--rounds", settings.quick ? 2 : 25);
    const std::chrono::milliseconds time(settings.number("--ms", settings.quick ? 100 : 200));
    RunningUpstream upstream([](ModuleId module) { return example_route(module, kEndpoints); });
    auto agent = start_agent(upstream->port(), {"--admin", "127.0.0.1:0"});
    const Load good{.ports = agent.ports(), .modules = kModules, .clients = 4, .outstanding = 32};
    auto mixed = good;
    for (const auto& each : bad_datagrams()) mixed.extras.push_back(each.bytes);
    learn_modules(good.ports, good.first_module, good.modules);
    measure(mixed, agent.id(), time);  // warm, and each kind is counted

    const auto memory_before = memory_kib(agent.id(), "VmRSS");
    for (int round = 0; round < rounds; ++round) {
        const auto alone = measure(good, agent.id(), time);
        const auto together = measure(mixed, agent.id(), time);
        if (together.refused > 0) throw std::runtime_error("bad datagrams spoil good ones");
        const auto of_good = alone.cpu_us() * together.answered;
        const auto bad = (together.server_cpu_us - of_good) / together.extras;
        figures.add("good_cpu_us", alone.cpu_us());
        figures.add("bad_cpu_us", bad);
        figures.add("bad_cpu_ratio", bad / alone.cpu_us());
        figures.add("bad_lost", alone.lost + together.lost);
    }
    figures.add("bad_mib_grown", (memory_kib(agent.id(), "VmRSS") - memory_before) / 1024);
    figures.add("bad_counted", counted(agent));
    std::printf(
        "a bad datagram after each answer, of %zu kinds in turn, none of which is answered; 4 "
        "clients x 32, %d rounds of %d ms\n",
        mixed.extras.size(),
        rounds,
        static_cast<int>(time.count())
    );
}

}  // namespace lars::bench
