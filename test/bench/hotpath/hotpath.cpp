#include "clients.hpp"
#include "figures.hpp"
#include "idle.hpp"
#include "learning.hpp"
#include "running_upstream.hpp"
#include "server.hpp"

#include <cstdio>
#include <stdexcept>

// lars-agent beside echoes of the same datagrams: a blocking one, which is the kernel's own cost,
// and one with the agent's sockets and threads on its runtime. Each is a process of its own; they
// take turns, and ratios are of neighbours in time.
namespace {

using namespace lars;
using namespace std::chrono_literals;
using Then = bench::Load::Then;

constexpr int kModules = 3;  // one for each shard
constexpr int kEndpoints = 10;

struct Volume {
    int clients;
    int outstanding;
};
constexpr Volume kOne{1, 1};
constexpr Volume kFull{4, 32};

class Hotpath {
public:
    Hotpath(const bench::Settings& settings, bench::Figures& figures)
        : figures_(figures),
          rounds_(settings.number("--rounds", settings.quick ? 2 : 50)),
          time_(settings.number("--ms", settings.quick ? 100 : 200)),
          upstream_([](ModuleId module) { return bench::example_route(module, kEndpoints); }),
          floor_(bench::start_echo(bench::EchoKind::blocking)),
          echo_(bench::start_echo(bench::EchoKind::like_agent)),
          agent_(bench::start_agent(upstream_->port())),
          never_looking_(bench::start_agent(upstream_->port(), {"--spin-us", "0"})) {}

    void run() {
        bench::learn_modules(agent_.ports(), 1, kModules);
        bench::learn_names(agent_.ports(), 1, kModules);
        bench::learn_modules(never_looking_.ports(), 1, kModules);
        for (int i = 0; i < rounds_; ++i) round();
        std::printf(
            "%d modules of %d endpoints; %d rounds, in each of which every server is measured for "
            "%d ms with 1 request outstanding, and with %d clients x %d; reports aren't answered: "
            "each client sends one after each answer\n",
            kModules,
            kEndpoints,
            rounds_,
            static_cast<int>(time_.count()),
            kFull.clients,
            kFull.outstanding
        );
    }

private:
    enum class Asked { by_id, by_name };

    bench::Sample measure(
        const bench::Server& server, Volume volume, Then then, Asked asked = Asked::by_id
    ) {
        const bench::Load load{
            .ports = server.ports(),
            .modules = kModules,
            .by_name = asked == Asked::by_name,
            .then = then,
            .clients = volume.clients,
            .outstanding = volume.outstanding,
        };
        return bench::measure(load, server.id(), time_);
    }

    bench::Sample full(
        const std::string& name, const bench::Server& server, Then then, Asked asked = Asked::by_id
    ) {
        auto sample = measure(server, kFull, then, asked);
        figures_.add(name + "_throughput", sample.per_second());
        figures_.add(name + "_cpu_us", sample.cpu_us());
        figures_.add(name + "_client_cpu_us", sample.client_cpu_us / sample.answered);
        note_failures(sample);
        return sample;
    }

    double p50(const std::string& name, const bench::Server& server, Then then) {
        const auto sample = measure(server, kOne, then);
        const auto middle = bench::median(sample.latencies_us);
        figures_.add(name + "_p50_us", middle);
        figures_.add(name + "_alone_cpu_us", sample.cpu_us());
        note_failures(sample);
        return middle;
    }

    void note_failures(const bench::Sample& sample) {
        if (sample.refused > 0) throw std::runtime_error("get_host wasn't answered with a host");
        figures_.add("lost", sample.lost);
    }

    void round() {
        full("floor", floor_, Then::nothing);
        const auto echo = full("echo", echo_, Then::nothing);
        const auto get_host = full("get_host", agent_, Then::nothing);
        figures_.add("get_host_cpu_ratio", get_host.cpu_us() / echo.cpu_us());
        const auto echo_pair = full("echo_pair", echo_, Then::report);
        const auto pair = full("pair", agent_, Then::report);
        figures_.add("pair_cpu_ratio", pair.cpu_us() / echo_pair.cpu_us());
        figures_.add("agent_cpu_us_per_pair", pair.cpu_us());
        const auto by_name = full("by_name", agent_, Then::nothing, Asked::by_name);
        figures_.add("name_cpu_ratio", by_name.cpu_us() / get_host.cpu_us());
        figures_.add(
            "name_client_cpu_ratio",
            by_name.client_cpu_us / by_name.answered / (get_host.client_cpu_us / get_host.answered)
        );
        const auto asleep = full("never_looking", never_looking_, Then::nothing);
        figures_.add("looking_cpu_ratio", get_host.cpu_us() / asleep.cpu_us());

        p50("blocking", floor_, Then::nothing);
        const auto echo_p50 = p50("echo", echo_, Then::nothing);
        const auto get_host_p50 = p50("get_host", agent_, Then::nothing);
        figures_.add("p50_ratio", get_host_p50 / echo_p50);
        const auto echo_pair_p50 = p50("echo_pair", echo_, Then::report);
        const auto pair_p50 = p50("pair", agent_, Then::report);
        figures_.add("pair_p50_ratio", pair_p50 / echo_pair_p50);
    }

    bench::Figures& figures_;
    int rounds_;
    std::chrono::milliseconds time_;
    bench::RunningUpstream upstream_;
    bench::Server floor_;
    bench::Server echo_;
    bench::Server agent_;
    bench::Server never_looking_;
};

int run(const bench::Settings& settings) {
    bench::Figures figures("hotpath");
    {
        Hotpath hotpath(settings, figures);
        hotpath.run();
    }
    bench::measure_idle(figures, settings, settings.number("--rounds", settings.quick ? 2 : 50));
    figures.print(settings);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    return lars::bench::run_benchmark("hotpath", [=] {
        return run(lars::bench::parse_settings(argc, argv, {"--rounds", "--ms"}));
    });
}
