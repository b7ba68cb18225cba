#include "lars/watch.hpp"

#include "support/catch.hpp"
#include "support/fake_agent.hpp"
#include "support/wait.hpp"

#include <poll.h>
#include <proto/lars.pb.h>

using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// An agent that can be watched, or one of before that can't.
class WatchedAgent {
public:
    explicit WatchedAgent(bool can_be_watched = true)
        : can_be_watched_(can_be_watched),
          agent_([this](const std::string& datagram) { return handle(datagram); }) {}

    std::string address() const { return agent_.address(); }
    std::atomic<bool> silent{false};
    std::atomic<int> answers{0};
    std::atomic<int> unchanged{0};

    void set(std::uint64_t etag, std::vector<lars::HostInfo> hosts) {
        const std::lock_guard lock(mutex_);
        hosts_ = std::move(hosts);
        etag_ = etag;
        states_ = 1;
        for (const auto& each : hosts_) states_ = states_ * 31 + each.state();
    }

    static lars::HostInfo host(int last, std::uint32_t weight, std::uint32_t state = 0) {
        lars::HostInfo out;
        out.set_ip((10 << 24) + last);
        out.set_port(80);
        out.set_weight(weight);
        out.set_state(state);
        out.set_zone("eu-1/a");
        return out;
    }

private:
    std::vector<std::string> handle(const std::string& datagram) {
        lars::GetRouteRequest request;
        REQUIRE(request.ParseFromString(datagram.substr(8)));
        if (silent) return {};
        const std::lock_guard lock(mutex_);
        lars::GetRouteResponse response;
        response.set_modid(1);
        response.set_cmdid(1);
        if (can_be_watched_ && !hosts_.empty()) {
            response.set_etag(etag_);
            response.set_states(states_);
        }
        const bool same = request.watch() && request.etag() == etag_ &&
                          request.states() == states_ && request.rows() == hosts_.size();
        if (can_be_watched_ && same) {
            response.set_unchanged(true);
            ++unchanged;
        } else {
            for (const auto& each : hosts_) *response.add_host() = each;
        }
        ++answers;
        return {frame(lars::ID_API_GetRouteResponse, response.SerializeAsString())};
    }

    bool can_be_watched_;
    std::mutex mutex_;
    std::vector<lars::HostInfo> hosts_;
    std::uint64_t etag_ = 0;
    std::uint64_t states_ = 0;
    FakeAgent agent_;  // dies first: its thread uses the others
};

/// What a watch said last.
class Seen {
public:
    void set(const lars::Watch::Nodes& nodes) {
        const std::lock_guard lock(mutex_);
        nodes_ = nodes;
        ++changes_;
    }
    lars::Watch::Nodes nodes() const {
        const std::lock_guard lock(mutex_);
        return nodes_;
    }
    int changes() const {
        const std::lock_guard lock(mutex_);
        return changes_;
    }

private:
    mutable std::mutex mutex_;
    lars::Watch::Nodes nodes_;
    int changes_ = 0;
};

bool readable(const lars::Watch& watch) {
    pollfd descriptor{watch.descriptor(), POLLIN, 0};
    return ::poll(&descriptor, 1, 0) == 1;
}

}  // namespace

TEST_CASE("who watches learns of each change of the route and of states, and of nothing else") {
    const bool can_be_watched = GENERATE(true, false);
    CAPTURE(can_be_watched);
    WatchedAgent agent(can_be_watched);
    agent.set(1, {WatchedAgent::host(1, 100), WatchedAgent::host(2, 100)});
    lars::Client client({agent.address(), 10s});
    Seen seen;
    lars::Watch watch(
        client, lars::Module(1, 1), [&](const auto& nodes) { seen.set(nodes); }, 1ms
    );
    REQUIRE(eventually([&] { return seen.nodes().size() == 2; }));
    CHECK(seen.nodes()[0].host.address == "10.0.0.1");
    CHECK(seen.nodes()[0].zone == "eu-1/a");
    CHECK(seen.changes() == 1);
    const int before = agent.answers;
    REQUIRE(eventually([&] { return agent.answers > before + 5; }));
    CHECK(seen.changes() == 1);
    CHECK((agent.unchanged > 0) == can_be_watched);

    agent.set(1, {WatchedAgent::host(1, 100), WatchedAgent::host(2, 100, lars::ENDPOINT_EJECTED)});
    REQUIRE(eventually([&] { return seen.changes() == 2; }));
    CHECK(seen.nodes()[1].state == lars::NodeState::ejected);
    agent.set(2, {WatchedAgent::host(1, 7), WatchedAgent::host(2, 100, 99)});
    REQUIRE(eventually([&] { return seen.changes() == 3; }));
    CHECK(seen.nodes()[0].weight == 7);
    CHECK(seen.nodes()[1].state == lars::NodeState::serves);
    agent.set(3, {});
    REQUIRE(eventually([&] { return seen.changes() == 4; }));
    CHECK(seen.nodes().empty());
    lars::Watch::Nodes nodes;
    CHECK(watch.nodes(nodes) == lars::Code::noexist);
}

TEST_CASE("a watch's descriptor is readable from a change on until that is read") {
    WatchedAgent agent;
    agent.set(1, {WatchedAgent::host(1, 100)});
    lars::Client client({agent.address(), 10s});
    lars::Watch watch(client, lars::Module(1, 1), {}, 1ms);
    REQUIRE(eventually([&] { return readable(watch); }));
    CHECK(watch.nodes().size() == 1);
    const int before = agent.answers;
    REQUIRE(eventually([&] { return agent.answers > before + 3; }));
    CHECK_FALSE(readable(watch));
    agent.set(2, {WatchedAgent::host(1, 100), WatchedAgent::host(2, 100)});
    REQUIRE(eventually([&] { return readable(watch); }));
    CHECK(watch.nodes().size() == 2);
}

TEST_CASE("while the agent is silent the nodes stay as they were, and a watch says so") {
    WatchedAgent agent;
    agent.set(1, {WatchedAgent::host(1, 100)});
    lars::Client client({agent.address(), 30ms});
    lars::Watch watch(client, lars::Module(1, 1), {}, 1ms);
    lars::Watch::Nodes nodes;
    REQUIRE(eventually([&] { return watch.nodes(nodes) == lars::Code::succ; }));
    agent.silent = true;
    REQUIRE(eventually([&] { return watch.nodes(nodes) == lars::Code::system_error; }));
    CHECK(nodes.size() == 1);
    agent.silent = false;
    REQUIRE(eventually([&] { return watch.nodes(nodes) == lars::Code::succ; }));
}

TEST_CASE("a watch of what can't be a name isn't opened, and says why") {
    WatchedAgent agent;
    lars::Client client({agent.address(), 10s});
    CHECK_THROWS_WITH(lars::Watch(client, "Payments"), Catch::Contains("lower-case"));
    CHECK_THROWS_AS(lars::Watch(client, "payments", {}, 61s), std::invalid_argument);
}
