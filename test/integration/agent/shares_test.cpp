#include "support/catch.hpp"
#include "world.hpp"

#include <chrono>
#include <random>
#include <set>
#include <thread>
#include <vector>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kModule{1, 1};  // of shard 2 of 3
constexpr int kCallsEach = 500;

/// A client that calls endpoints one at a time. The first call to each takes twenty times as long
/// as others, and one of the first hundred to each is never reported.
class Client {
public:
    Client(std::uint16_t port, int endpoints, bool sends_latency)
        : peer_(port), sends_latency_(sends_latency), calls_(std::size_t(endpoints)) {
        for (int i = 0; i < endpoints; ++i) unreported_.push_back(20 + int(random_() % 80));
    }

    /// How often each was called.
    const std::vector<int>& call(int times) {
        for (int i = 0; i < times; ++i) call();
        return calls_;
    }

private:
    void call() {
        const auto host = host_in(peer_.ask(get_host_of(kModule, 1, 0))).host();
        const auto endpoint = std::size_t(host.ip()) - 1;
        const auto number = calls_.at(endpoint)++;
        const auto began = std::chrono::steady_clock::now();
        std::this_thread::sleep_for(number == 0 ? 2ms : 100us);
        const auto took = std::chrono::steady_clock::now() - began;
        if (number == unreported_[endpoint]) return;
        ReportRequest report;
        report.set_modid(1);
        report.set_cmdid(1);
        *report.mutable_host() = host;
        report.set_retcode(0);
        if (sends_latency_) report.set_latency_us(std::uint32_t(took / 1us));
        peer_.send(frame(ID_ReportRequest, report.SerializeAsString()));
    }

    UdpPeer peer_;
    bool sends_latency_;
    std::mt19937 random_{1};
    std::vector<int> calls_;
    std::vector<int> unreported_;
};

}  // namespace

// The agent's choices are random. In the simulation (scripts/bench sim --scenario
// shares_lost_of_each) a share is 1 with a deviation of 0.09 for one call at a time of any width.
// Nine tenths off is ten deviations of that, and still far from what one sample once did: 0.02.
TEST_CASE("a client's calls are shared equally among endpoints, whatever is dear or lost") {
    for (const int endpoints : {2, 3, 10}) {
        for (const bool sends_latency : {true, false}) {
            AgentWorld world("adaptive");
            world.dns.answer(1, route_of(kModule, endpoints));
            const auto stop = world.run();
            UdpPeer asking(world.port(2));
            // Until the route is there; the call that it is there for is never reported, either.
            REQUIRE(eventually([&] {
                const auto answer = asking.ask(get_host_of(kModule, 1, 0));
                return answer && host_in(answer).retcode() == 0;
            }));
            Client client(world.port(2), endpoints, sends_latency);
            for (const auto calls : client.call(kCallsEach * endpoints)) {
                INFO(endpoints << " endpoints, latency sent: " << sends_latency);
                CHECK(calls == Approx(kCallsEach).epsilon(0.9));
            }
        }
    }
}
