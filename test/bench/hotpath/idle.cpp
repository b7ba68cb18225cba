#include "idle.hpp"

#include "lone_caller.hpp"
#include "running_upstream.hpp"
#include "server.hpp"

#include <lars/client.hpp>

#include <optional>
#include <stdexcept>
#include <string>

namespace lars::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kEndpoints = 10;
constexpr double kSlow = 100;  // requests a second
constexpr int kBusyThreads = 4;
constexpr ModuleId kModule{1, 1};

/// An agent and a client of it that both look before they sleep, or both don't.
class Pair {
public:
    Pair(std::uint16_t upstream, std::chrono::microseconds spin)
        : agent_(start_agent(upstream, {"--spin-us", std::to_string(spin.count())})),
          client_({.agent = "127.0.0.1:" + std::to_string(agent_.ports()[0]) + "/3", .spin = spin}
          ) {
        for (int attempt = 0; attempt < 100; ++attempt) {
            if (client_.reg_init(kModule.modid, kModule.cmdid) == Code::succ) return;
        }
        throw std::runtime_error("an agent doesn't learn its module");
    }

    LoneSample call(std::chrono::milliseconds time, double per_second = 0) {
        const auto ask = [this] {
            return static_cast<bool>(client_.get_host(kModule.modid, kModule.cmdid));
        };
        return call_alone(ask, agent_.id(), time, per_second);
    }

private:
    Server agent_;
    Client client_;
};

class Idle {
public:
    Idle(Figures& figures, std::chrono::milliseconds time)
        : figures_(figures),
          time_(time),
          upstream_([](ModuleId module) { return example_route(module, kEndpoints); }),
          looking_(upstream_->port(), 50us),
          sleeping_(upstream_->port(), 0us),
          also_sleeping_(upstream_->port(), 0us),
          echo_(start_echo(EchoKind::blocking)),
          caller_(echo_.ports()[0]) {}

    void idle_round() {
        looking_first_ = !looking_first_;
        const auto echo = call_alone([this] { return caller_.ask(); }, echo_.id(), 5 * time_);
        figures_.add("idle_echo_p50_us", echo.p50_us);
        figures_.add("idle_echo_cpu_us", echo.cpu_us());
        const auto ours = compare("idle", 5 * time_, 0);
        figures_.add("idle_p50_ratio", ours.p50_us / echo.p50_us);
        compare("slow", 10 * time_, kSlow);
        const auto one = sleeping_.call(10 * time_, kSlow);
        const auto other = also_sleeping_.call(10 * time_, kSlow);
        figures_.add("slow_noise_ratio", other.cpu_us() / one.cpu_us());
    }

    void busy_round() {
        looking_first_ = !looking_first_;
        const BusyThreads busy(kBusyThreads);
        compare("busy", 2 * time_, 0);
    }

private:
    LoneSample compare(const std::string& name, std::chrono::milliseconds time, double per_second) {
        LoneSample looking;
        LoneSample sleeping;
        // Each goes first every other time.
        if (looking_first_) looking = looking_.call(time, per_second);
        sleeping = sleeping_.call(time, per_second);
        if (!looking_first_) looking = looking_.call(time, per_second);
        figures_.add(name + "_p50_us", looking.p50_us);
        figures_.add(name + "_cpu_us", looking.cpu_us());
        figures_.add(name + "_without_p50_us", sleeping.p50_us);
        figures_.add(name + "_without_cpu_us", sleeping.cpu_us());
        figures_.add(name + "_cpu_ratio", looking.cpu_us() / sleeping.cpu_us());
        return looking;
    }

    Figures& figures_;
    std::chrono::milliseconds time_;
    RunningUpstream upstream_;
    Pair looking_;
    Pair sleeping_;
    Pair also_sleeping_;
    Server echo_;
    BlockingCaller caller_;
    bool looking_first_ = false;
};

}  // namespace

void measure_idle(Figures& figures, const Settings& settings, int rounds) {
    Idle idle(
        figures, std::chrono::milliseconds(settings.number("--ms", settings.quick ? 50 : 200))
    );
    for (int i = 0; i < rounds; ++i) idle.idle_round();
    // Apart: whoever found the cores taken looks no more for seconds.
    for (int i = 0; i < rounds; ++i) idle.busy_round();
}

}  // namespace lars::bench
