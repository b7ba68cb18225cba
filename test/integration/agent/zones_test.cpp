#include "support/catch.hpp"
#include "wire/route.hpp"
#include "world.hpp"

#include <boost/asio/post.hpp>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kModule{1, 1};
constexpr std::uint32_t kFirstHost = 0x0A000001;

/// An agent in eu-1/a, of a module with an endpoint in eu-1/a, one in eu-1/b and one in us-2/a.
struct World : AgentWorld {
    World() : World(std::make_shared<agent::Options>()) {
        Route route;
        route.module = kModule;
        std::uint32_t next = kFirstHost;
        for (const auto* zone : {"eu-1/a", "eu-1/b", "us-2/a"}) {
            route.endpoints.push_back({Endpoint::from_ipv4(next++, 80), kDefaultWeight, zone, ""});
        }
        const auto body = wire::to_wire(route, etag_of(route), kMaxUdpBody);
        dns.answer(1, frame(ID_GetRouteResponse, body.SerializeAsString()));
    }

    /// The endpoint that is picked, by its number from 1 up; 0: none.
    std::uint32_t pick(UdpPeer& client) {
        const auto answer = host_in(client.ask(get_host_of(kModule, 1, 0)));
        if (answer.retcode() != 0) return 0;
        return static_cast<std::uint32_t>(answer.host().ip()) - kFirstHost + 1;
    }
    bool mostly(UdpPeer& client, std::uint32_t number) {
        int hits = 0;
        for (int i = 0; i < 200; ++i) hits += pick(client) == number;
        return hits > 180;
    }
    void move_to(const std::string& zone) {
        options->zone = zone;
        boost::asio::post(running.runtime.executor(0), [this, fresh = *options] {
            service->reconfigure(fresh);
        });
    }
    std::uint64_t given(const char* nearness) {
        return running.count("lars_agent_nearness_total", {{"nearness", nearness}});
    }

    std::shared_ptr<agent::Options> options;

private:
    explicit World(std::shared_ptr<agent::Options> kept)
        : AgentWorld([kept](agent::Options& all) {
              all.zone = "eu-1/a";
              *kept = all;
          }),
          options(kept) {}
};

}  // namespace

TEST_CASE("an agent gives endpoints of its zone, also of the zone that it is moved to") {
    World world;
    const auto stop = world.run();
    UdpPeer client(world.port(2));
    REQUIRE(eventually([&] { return world.pick(client) > 0; }));
    CHECK(world.mostly(client, 1));
    CHECK(world.given("same_zone") > 180);
    world.move_to("us-2/a");
    CHECK(eventually([&] { return world.mostly(client, 3); }));
    const auto before = world.given("elsewhere");
    world.move_to("ap-1/c");
    CHECK(eventually([&] {
        for (int i = 0; i < 200; ++i) world.pick(client);
        return world.given("elsewhere") >= before + 200;
    }));
    world.move_to("");
    CHECK(eventually([&] {
        const auto so_far = world.given("elsewhere");
        for (int i = 0; i < 100; ++i) world.pick(client);
        return world.given("elsewhere") == so_far;
    }));
}
