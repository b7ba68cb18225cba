#include "figures.hpp"
#include "hotpath/clients.hpp"
#include "hotpath/learning.hpp"
#include "hotpath/running_upstream.hpp"
#include "hotpath/scrape.hpp"
#include "hotpath/server.hpp"
#include "process.hpp"
#include "reporter_process.hpp"
#include "sender.hpp"

#include <cstdio>
#include <stdexcept>

// The memory of an agent and of a reporter while the database is away. The agent has more endpoints
// than it lets wait, all of which are called; the reporter more agents than it has room for.
namespace {

using namespace lars;
using namespace std::chrono_literals;

constexpr int kEndpoints = 100;

int run(const bench::Settings& settings) {
    const int windows = settings.number("--windows", settings.quick ? 2 : 12);
    const std::chrono::seconds length(settings.number("--seconds", settings.quick ? 1 : 10));
    const int modules = settings.number("--modules", settings.quick ? 50 : 2'500);
    bench::Database database;
    bench::ReporterProcess reporter(database.url(), database.server.password());
    reporter.start();
    bench::RunningUpstream upstream([](ModuleId module) {
        return bench::example_route(module, kEndpoints);
    });
    auto agent = bench::start_agent(upstream->port(), {"--admin", "127.0.0.1:0"}, reporter.port());
    const bench::Load load{
        .ports = agent.ports(),
        .first_module = 1,
        .modules = modules,
        .then = bench::Load::Then::report,
        .clients = 2,
        .outstanding = 32};
    bench::learn_modules(load.ports, load.first_module, modules);

    bench::Senders::Options options;
    options.agents = settings.number("--agents", settings.quick ? 50 : 2'500);
    options.interval = 5s;
    options.reporters = {reporter.port()};
    test::Running running(1);
    bench::Senders senders(running.runtime, 0, options, running.metrics, running.log);
    bench::Figures figures("reporter-outage");
    const auto agent_before = bench::memory_kib(agent.id(), "VmRSS") / 1024;
    const auto reporter_before = bench::memory_kib(reporter.id(), "VmRSS") / 1024;
    std::printf(
        "before: agent %.1f MiB with %d endpoints, reporter %.1f MiB\n"
        "seconds of the outage  calls of the agent  agent MiB  reporter MiB  results waiting  "
        "batches put off\n",
        agent_before,
        modules * kEndpoints,
        reporter_before
    );
    {
        const auto stop = running.run({&senders});
        database.server.kill();
        double calls = 0;
        for (int i = 0; i < windows; ++i) {
            const auto sample = bench::measure(load, agent.id(), length);
            calls += sample.answered;
            const auto agent_mib = bench::memory_kib(agent.id(), "VmRSS") / 1024;
            const auto reporter_mib = bench::memory_kib(reporter.id(), "VmRSS") / 1024;
            std::printf(
                "%21d  %18.0f  %9.1f  %12.1f  %15.0f  %15.0f\n",
                int(length.count()) * (i + 1),
                calls,
                agent_mib,
                reporter_mib,
                reporter.value("lars_reporter_results_waiting"),
                reporter.value("lars_reporter_refused_batches_total")
            );
            const std::string half = i >= windows / 2 ? "second_half_" : "first_half_";
            figures.add(half + "agent_grown_mib", agent_mib - agent_before);
            figures.add(half + "reporter_grown_mib", reporter_mib - reporter_before);
        }
        const auto lost =
            bench::value_of(bench::scrape(agent.admin_port()), "lars_agent_calls_lost_total");
        figures.add("agent_calls", calls);
        figures.add("agent_calls_lost", lost);
        database.server.start();
        senders.end_calls();
        const auto all = [&] { return senders.delivered() == options.agents; };
        if (!test::eventually(all, 120s)) throw std::runtime_error("not all was delivered");
    }
    std::printf(
        "an agent lets 200,000 endpoints wait and as many be in flight, a reporter 200,000 "
        "results; "
        "%d agents\nwith 100 endpoints each want to tell it of their calls\n",
        options.agents
    );
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("reporter-outage", [=] {
        return run(
            bench::parse_settings(argc, argv, {"--windows", "--seconds", "--agents", "--modules"})
        );
    });
}
