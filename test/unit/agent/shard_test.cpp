#include "agent/shard.hpp"

#include "modules.hpp"
#include "support/catch.hpp"

#include <vector>

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// A face that is no datagram's: it remembers what it was answered later.
class Curious final : public Asker {
public:
    LateReply late_reply() const override {
        ++parked;
        return [this](const lb::Pick& pick) { replies.push_back(pick); };
    }

    mutable int parked = 0;
    mutable std::vector<lb::Pick> replies;
};

struct World {
    metrics::Registry metrics;
    Shard shard{{0, 3}, {.max_wait = 1s}, classic_policies(), nullptr, lb::Random(1), metrics};
    Curious asker;
};

constexpr ModuleId kMine{2, 1};
constexpr ModuleId kOthers{3, 1};

}  // namespace

TEST_CASE("questions that find no room are counted by the bound that is reached") {
    metrics::Registry metrics;
    const Shard::Options options{
        .modules = {.limits = {.max_modules = 3, .max_unknown = 2}}, .max_wait = 1s};
    Shard shard({0, 1}, options, classic_policies(), nullptr, lb::Random(1), metrics);
    const Curious asker;
    const auto ask = [&](int modid) { shard.get_host({{modid, 1}, {}, 0s}, asker, 0s); };
    for (int i = 0; i < 5; ++i) ask(i);
    const auto unknown = shard.drain_refusals();
    CHECK(unknown.unknown == 3);
    CHECK(unknown.modules == 0);
    for (int i = 0; i < 3; ++i) {
        ask(i);
        shard.set_route(route_of(1, {i, 1}), RouteSource::ours, 0s);
    }
    ask(9);
    const auto full = shard.drain_refusals();
    CHECK(full.unknown == 0);
    CHECK(full.modules == 1);
    CHECK(shard.drain_refusals().modules == 0);
}

TEST_CASE("a first question that finds no room to wait is counted") {
    World world;
    world.shard.set_dns_reachable(true);
    for (std::size_t i = 0; i <= Waiters::kMax; ++i) {
        world.shard.get_host({kMine, {}, 1s}, world.asker, 0s);
    }
    CHECK(world.shard.drain_refusals().waits == 1);
    CHECK(world.metrics.value("lars_agent_first_calls_refused_total") == 1);
}

TEST_CASE("any face gets a pick, is sent elsewhere, or is parked and replied to later") {
    World world;
    auto& shard = world.shard;
    shard.set_dns_reachable(true);
    const auto elsewhere = shard.get_host({kOthers, {}, 1s}, world.asker, 0s);
    REQUIRE(std::holds_alternative<Forward>(elsewhere));
    CHECK(std::get<Forward>(elsewhere).shard == 1);
    const auto at_once = shard.get_host({kMine, {}, 0ms}, world.asker, 0s);
    REQUIRE(std::holds_alternative<lb::Pick>(at_once));
    CHECK(std::get<lb::Pick>(at_once).code == ReturnCode::noexist);
    CHECK(world.asker.parked == 0);  // nothing is prepared for a reply that isn't late
    CHECK(std::holds_alternative<Parked>(shard.get_host({kMine, {}, 1s}, world.asker, 0s)));
    CHECK(world.asker.parked == 1);

    shard.set_route(route_of(1, kMine), RouteSource::ours, 0s);
    REQUIRE(world.asker.replies.size() == 1);
    CHECK(world.asker.replies[0].code == ReturnCode::succ);
    CHECK(world.asker.replies[0].endpoint == host(0));
    const auto known = shard.get_host({kMine, {}, 1s}, world.asker, 0s);
    REQUIRE(std::holds_alternative<lb::Pick>(known));
    CHECK(std::get<lb::Pick>(known).endpoint == host(0));
}

TEST_CASE("a route is given as it is held, or as none") {
    World world;
    const auto unknown = world.shard.get_route(kMine, 0s);
    CHECK(std::get<const lb::Balancer*>(unknown) == nullptr);
    world.shard.set_route(route_of(2, kMine), RouteSource::ours, 0s);
    const auto known = world.shard.get_route(kMine, 0s);
    CHECK(
        std::get<const lb::Balancer*>(known)->endpoint_table().etag() == route_of(2, kMine)->etag()
    );
    CHECK(std::holds_alternative<Forward>(world.shard.get_route(kOthers, 0s)));
}

TEST_CASE("a report is counted by the shard that holds the module") {
    World world;
    world.shard.get_route(kMine, 0s);
    world.shard.set_route(route_of(2, kMine), RouteSource::ours, 0s);
    CHECK(std::holds_alternative<Nothing>(world.shard.report({kMine, host(0), {}}, 0s)));
    CHECK(std::holds_alternative<Forward>(world.shard.report({kOthers, host(0), {}}, 0s)));
    CHECK(world.metrics.value("lars_agent_reports_total") == 1);
    CHECK(world.shard.modules().drain_calls(10, 1s).size() == 1);
}

TEST_CASE("a new connection to dns asks for every module again") {
    World world;
    world.shard.get_route(kMine, 0s);
    world.shard.modules().drain_pulls(10, 0s);
    world.shard.set_dns_reachable(false);
    CHECK_FALSE(world.shard.modules().pulls_due());
    world.shard.set_dns_reachable(true);
    CHECK(world.shard.modules().drain_pulls(10, 0s) == std::vector{Pull{.module = kMine}});
}
