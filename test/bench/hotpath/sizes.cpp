#include "clients.hpp"
#include "learning.hpp"
#include "process.hpp"
#include "running_upstream.hpp"
#include "scale_parts.hpp"
#include "server.hpp"

#include <cstdio>
#include <thread>

namespace lars::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kEndpoints = 3;
constexpr int kEndpointsOfLarge = 1'000;
constexpr std::int32_t kFirstLarge = 1'000'000;
constexpr int kModulesOfFew = 3;  // one for each shard
constexpr auto kSettle = 1s;

Route route_of(ModuleId module) {
    return example_route(module, module.modid < kFirstLarge ? kEndpoints : kEndpointsOfLarge);
}

/// An agent that knows some modules, and clients that ask for all of them.
class Candidate {
public:
    Candidate(std::uint16_t upstream, std::int32_t first_module, std::int32_t modules)
        : agent_(start_agent(upstream)),
          empty_kib_(memory_kib(agent_.id(), "VmRSS")),
          load_{
              .ports = agent_.ports(),
              .first_module = first_module,
              .modules = modules,
              .clients = 4,
              .outstanding = 32} {
        learn_modules(load_.ports, first_module, modules);
    }

    double grown_mib() const { return (memory_kib(agent_.id(), "VmRSS") - empty_kib_) / 1024; }

    Sample measure(Load::Then then, std::chrono::milliseconds time) {
        load_.then = then;
        auto sample = bench::measure(load_, agent_.id(), time);
        if (sample.refused > 0) throw std::runtime_error("get_host wasn't answered with a host");
        return sample;
    }

    /// Share of a core that it uses while nobody asks.
    double idle_percent(std::chrono::milliseconds time) const {
        const auto before = cpu_us(agent_.id());
        std::this_thread::sleep_for(time);
        return (cpu_us(agent_.id()) - before) / double(time.count()) / 10;
    }

private:
    Server agent_;
    double empty_kib_;
    Load load_;
};

}  // namespace

void measure_sizes(const Settings& settings, Figures& figures) {
    const int rounds = settings.number("--rounds", settings.quick ? 2 : 25);
    const std::chrono::milliseconds time(settings.number("--ms", settings.quick ? 100 : 200));
    const int modules = settings.number("--modules", settings.quick ? 3'000 : 100'000);
    RunningUpstream upstream(route_of);
    Candidate few(upstream->port(), 1, kModulesOfFew);
    Candidate large(upstream->port(), kFirstLarge, kModulesOfFew);
    Candidate many(upstream->port(), 1, modules);
    std::this_thread::sleep_for(kSettle);
    figures.add("mib_100k_modules", many.grown_mib());
    figures.add("idle_100k_percent", many.idle_percent(time * 5));
    for (int round = 0; round < rounds; ++round) {
        const auto base = few.measure(Load::Then::nothing, time);
        const auto with_many = many.measure(Load::Then::nothing, time);
        const auto with_large = large.measure(Load::Then::nothing, time);
        figures.add("modules_1_cpu_us", base.cpu_us());
        figures.add("modules_100k_cpu_us", with_many.cpu_us());
        figures.add("endpoints_1000_cpu_us", with_large.cpu_us());
        figures.add("modules_100k_cpu_ratio", with_many.cpu_us() / base.cpu_us());
        figures.add("endpoints_1000_cpu_ratio", with_large.cpu_us() / base.cpu_us());
        figures.add("sizes_lost", base.lost + with_many.lost + with_large.lost);
    }
    for (int round = 0; round < rounds; ++round) {
        const auto base = few.measure(Load::Then::report, time);
        const auto with_many = many.measure(Load::Then::report, time);
        figures.add("modules_100k_pair_cpu_ratio", with_many.cpu_us() / base.cpu_us());
    }
    figures.add("mib_100k_modules_called", many.grown_mib());
    std::printf(
        "%d modules of %d endpoints, or %d of %d, beside %d of %d: one for each shard; 4 clients x "
        "32, %d rounds of %d ms\n",
        modules,
        kEndpoints,
        kModulesOfFew,
        kEndpointsOfLarge,
        kModulesOfFew,
        kEndpoints,
        rounds,
        static_cast<int>(time.count())
    );
}

}  // namespace lars::bench
