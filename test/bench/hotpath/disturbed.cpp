#include "agent/service.hpp"
#include "clients.hpp"
#include "disturbance.hpp"
#include "handler_times.hpp"
#include "http/operator_pages.hpp"
#include "http/server.hpp"
#include "learning.hpp"
#include "running_upstream.hpp"
#include "scale_parts.hpp"
#include "server.hpp"
#include "shard_echo.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <thread>

namespace lars::bench {
namespace {

using namespace std::chrono_literals;

// One for each shard; the first is the one whose route changes.
constexpr int kModules = 3;
constexpr ModuleId kChanging{1, 1};
constexpr auto kReportInterval = 200ms;

Route route_of(ModuleId module) {
    return module == kChanging ? Disturbance::route(module, 0) : example_route(module, 3);
}

Load load_of(const std::vector<std::uint16_t>& ports) {
    return {
        .ports = ports,
        .modules = kModules,
        .then = Load::Then::report,
        .clients = 4,
        .outstanding = 32,
    };
}

Load half_of(Load load, double per_second) {
    load.clients = 1;
    load.outstanding = 256;
    load.per_second = per_second / 2;
    return load;
}

runtime::Runtime::Options timed_by(HandlerTimes& times) {
    runtime::Runtime::Options options{.threads = kShards + 1, .handle_signals = false};
    options.run_context = [&times](auto& context, auto index) { times.run(context, index); };
    return options;
}

double longest_of_shards_us(HandlerTimes& times) {
    double longest = 0;
    for (std::size_t i = 1; i <= kShards; ++i) longest = std::max(longest, times.take_us(i));
    return longest;
}

/// The agent's service in this process, on a runtime that looks at the clock between handlers.
class TimedAgent {
public:
    explicit TimedAgent(std::uint16_t upstream)
        : running_(timed_by(times_)),
          service_(running_.runtime, options(upstream), running_.metrics, running_.log),
          admin_(
              "admin",
              running_.runtime.executor(0),
              Endpoint::from_ipv4(0x7F000001, 0),
              metrics_page(running_.metrics),
              running_.log
          ),
          stop_(running_.run({&service_, &admin_})) {}

    std::vector<std::uint16_t> ports() const {
        std::vector<std::uint16_t> ports;
        for (std::size_t i = 0; i < kShards; ++i) {
            ports.push_back(static_cast<std::uint16_t>(service_.local().port + i));
        }
        return ports;
    }
    std::uint16_t admin_port() const { return admin_.local().port; }

    /// Of the shards, since the last time.
    double longest_us() { return longest_of_shards_us(times_); }
    double longest_of_links_us() { return times_.take_us(0); }

private:
    static http::Router metrics_page(const metrics::Registry& metrics) {
        http::Router router;
        for (auto& page : http::operator_pages(metrics)) {
            router.add(std::move(page));
        }
        return router;
    }

    static agent::Options options(std::uint16_t upstream) {
        agent::Options options;
        options.dns = {{"127.0.0.1", upstream}};
        options.reporter = {{"127.0.0.1", upstream}};
        options.udp = Endpoint::from_ipv4(0x7F000001, 0);
        options.caller = 0x7F000001;
        options.shards = kShards;
        options.report_interval = kReportInterval;
        return options;
    }

    HandlerTimes times_;
    test::Running running_;
    agent::Service service_;
    http::Server admin_;
    test::Running::Stop stop_;
};

/// The echo in this process, likewise.
class TimedEcho {
public:
    TimedEcho()
        : running_(timed_by(times_)),
          echo_(running_.runtime, 0, kShards, running_.log),
          stop_(running_.run({&echo_})) {}

    std::vector<std::uint16_t> ports() const { return echo_.ports(); }
    double longest_us() { return longest_of_shards_us(times_); }

private:
    HandlerTimes times_;
    test::Running running_;
    ShardEcho echo_;
    test::Running::Stop stop_;
};

double p999(const Sample& sample) {
    return quantile(sample.latencies_us, 0.999);
}

void measure_latency(const Settings& settings, Figures& figures) {
    const int rounds = settings.number("--rounds", settings.quick ? 1 : 9);
    const std::chrono::milliseconds time(settings.number("--ms", settings.quick ? 200 : 1'500));
    RunningUpstream upstream(route_of);
    const auto echo = start_echo(EchoKind::like_agent);
    auto agent = start_agent(
        upstream->port(),
        {"--admin",
         "127.0.0.1:0",
         "--report-interval",
         std::to_string(kReportInterval.count()) + "ms"}
    );
    learn_modules(agent.ports(), 1, kModules);
    const auto saturated = measure(load_of(agent.ports()), agent.id(), time).per_second();
    figures.add("saturated_per_second", saturated);
    for (int round = 0; round < rounds; ++round) {
        const auto quiet = measure(half_of(load_of(agent.ports()), saturated), agent.id(), time);
        figures.add("quiet_p999_us", p999(quiet));
        const Disturbance disturbance(*upstream, kChanging, agent.admin_port());
        const auto of_echo = measure(half_of(load_of(echo.ports()), saturated), echo.id(), time);
        const auto of_agent = measure(half_of(load_of(agent.ports()), saturated), agent.id(), time);
        figures.add("disturbed_per_second", of_agent.per_second());
        figures.add("disturbed_p999_us", p999(of_agent));
        figures.add("disturbed_echo_p999_us", p999(of_echo));
        figures.add("disturbed_p999_ratio", p999(of_agent) / p999(of_echo));
        figures.add("disturbed_lost", of_agent.lost + of_echo.lost);
    }
}

void measure_handlers(const Settings& settings, Figures& figures) {
    const int rounds = settings.number("--rounds", settings.quick ? 1 : 9);
    const std::chrono::milliseconds time(settings.number("--ms", settings.quick ? 200 : 1'500));
    RunningUpstream upstream(route_of);
    TimedAgent agent(upstream->port());
    TimedEcho echo;
    learn_modules(agent.ports(), 1, kModules);
    agent.longest_us();  // of what it took to learn
    const auto saturated = measure(load_of(agent.ports()), ::getpid(), time).per_second();
    figures.add("longest_handler_saturated_us", agent.longest_us());
    const auto half = half_of(load_of(agent.ports()), saturated);
    for (int round = 0; round < rounds; ++round) {
        echo.longest_us();
        measure(half_of(load_of(echo.ports()), saturated), ::getpid(), time);
        figures.add("longest_handler_of_echo_us", echo.longest_us());
        agent.longest_us();
        measure(half, ::getpid(), time);
        figures.add("longest_handler_quiet_us", agent.longest_us());
        {
            const Disturbance alone(*upstream, kChanging, agent.admin_port());
            std::this_thread::sleep_for(time);
            figures.add("longest_handler_without_datagrams_us", agent.longest_us());
        }
        agent.longest_of_links_us();
        const Disturbance disturbance(*upstream, kChanging, agent.admin_port());
        measure(half, ::getpid(), time);
        figures.add("longest_handler_us", agent.longest_us());
        figures.add("longest_handler_of_links_us", agent.longest_of_links_us());
    }
}

}  // namespace

void measure_disturbance(const Settings& settings, Figures& figures) {
    if (!settings.switches.contains("--handlers")) measure_latency(settings, figures);
    measure_handlers(settings, figures);
    std::printf(
        "disturbed: 5 times a second another route of %d endpoints, a scrape of the metrics and a "
        "flush to the reporter, at half of saturation\n",
        Disturbance::kEndpoints
    );
}

}  // namespace lars::bench
