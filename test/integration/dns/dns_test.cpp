#include "world.hpp"

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

// Bytes of the original's agent and dns.
const auto kAsk11 = from_hex("010000000400000008011001");
const auto kAsk00 = from_hex("0100000000000000");
const auto kNoHosts11 = from_hex("020000000400000008011001");
const auto kOneHost11 = from_hex("0200000014000000080110011a0e08b183a085fcffffffff0110e13c");
const auto kInsert11 =
    "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 3232235953, 7777)";

}  // namespace

TEST_CASE("an original agent is answered in the original's bytes, and pushed a change") {
    World world;
    const auto stop = world.start();
    TcpPeer agent(world.port());
    REQUIRE(agent.send(kAsk11));
    CHECK(agent.receive_frame() == kNoHosts11);
    world.database->sql(kInsert11);
    CHECK(agent.receive_frame() == kOneHost11);
    world.database->sql("DELETE FROM RouteData");
    CHECK(agent.receive_frame() == kNoHosts11);
}

TEST_CASE("a change goes to the module's subscribers and nobody else") {
    World world;
    const auto stop = world.start();
    TcpPeer one(world.port());
    TcpPeer two(world.port());
    const auto ask21 = from_hex("010000000400000008021001");
    REQUIRE(one.send(kAsk11));
    REQUIRE(one.receive_frame());
    REQUIRE(two.send(ask21));
    REQUIRE(two.receive_frame());
    world.database->sql(kInsert11);
    CHECK(one.receive_frame() == kOneHost11);
    CHECK(world.running.count("lars_dns_pushes_total") == 1);
    // What two is told next is its own answer: nothing came before it.
    REQUIRE(two.send(ask21));
    CHECK(two.receive_frame() == from_hex("020000000400000008021001"));
}

TEST_CASE("one host of three removed leaves the other two") {
    World world;
    const auto stop = world.start();
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES "
        "(1, 1, 3232235953, 7777), (1, 1, 167772161, 80), (1, 1, 5, 80)"
    );
    TcpPeer agent(world.port());
    const auto both =
        from_hex("020000001d000000080110011a07088180805010501a0e08b183a085fcffffffff0110e13c");
    std::optional<std::string> answer;
    REQUIRE(eventually([&] {
        agent.send(kAsk11);
        answer = agent.receive_frame();
        return answer && answer->size() > both.size();
    }));
    world.database->sql("DELETE FROM RouteData WHERE serverip = 5");
    CHECK(eventually([&] { return agent.receive_frame() == both; }));
}

TEST_CASE("who takes endpoints from an original agent is told what that may do to it") {
    World world;
    const auto said = world.listen();
    const auto stop = world.start();
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 1, 80),"
        " (1, 1, 2, 80), (1, 1, 3, 80)"
    );
    TcpPeer original(world.port());
    const auto has = [&](TcpPeer& agent, int hosts) {
        GetRouteResponse response;
        const auto bytes = agent.receive_frame();
        REQUIRE(bytes);
        REQUIRE(response.ParseFromString(bytes->substr(8)));
        return response.host_size() == hosts;
    };
    const auto knows_all = [&] {
        REQUIRE(original.send(kAsk11));
        return has(original, 3);
    };
    REQUIRE(eventually(knows_all));
    OurAgent ours(world.port());
    ours.ask({1, 1});
    CHECK(ours.next().host_size() == 3);

    // Removed, or drained, which an original isn't told of in another way.
    world.database->sql("DELETE FROM RouteData WHERE serverip = 1");
    CHECK(ours.next().host_size() == 2);
    while (!has(original, 2)) continue;
    world.database->sql("UPDATE RouteData SET weight = 0 WHERE serverip = 2");
    CHECK(ours.next().host_size() == 2);
    CHECK(has(original, 1));
    CHECK(world.running.count("lars_dns_original_removals_total") == 2);
    CHECK(times(said, "1/1: 1 endpoints are taken from the original agent 127.0.0.1:") == 1);

    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 4, 80)"
    );
    CHECK(has(original, 2));
    CHECK(world.running.count("lars_dns_original_removals_total") == 2);
}

TEST_CASE("odd requests are answered or counted, and the service goes on") {
    World world;
    const auto stop = world.start();
    TcpPeer other(world.port());
    const auto counted = [&](const char* kind) {
        return eventually([&, kind] { return world.running.bad_input(kind) == 1; });
    };
    SECTION("an empty body is module 0/0, also as the last thing in a segment") {
        TcpPeer agent(world.port());
        REQUIRE(agent.send(kAsk11 + kAsk00));
        CHECK(agent.receive_frame() == kNoHosts11);
        CHECK(agent.receive_frame() == from_hex("0200000000000000"));
    }
    SECTION("requests split at every byte") {
        TcpPeer agent(world.port());
        for (const auto byte : kAsk11 + kAsk11) REQUIRE(agent.send(std::string(1, byte)));
        CHECK(agent.receive_frame() == kNoHosts11);
        CHECK(agent.receive_frame() == kNoHosts11);
    }
    SECTION("a body that isn't the message, and an unknown message") {
        TcpPeer agent(world.port());
        REQUIRE(agent.send(frame(1, "\xFF\xFF\xFF")));
        REQUIRE(agent.send(frame(99, "")));
        CHECK(counted("undecodable_body"));
        CHECK(counted("unknown_message"));
        REQUIRE(agent.send(kAsk11));
        CHECK(agent.receive_frame() == kNoHosts11);
    }
    SECTION("a negative module has no hosts and no subscription") {
        TcpPeer agent(world.port());
        REQUIRE(agent.send(frame(1, from_hex("08ffffffffffffffffff01"))));
        CHECK(agent.receive_frame() == frame(2, from_hex("08ffffffffffffffffff01")));
        CHECK(counted("negative_module"));
    }
    SECTION("negative and oversized lengths") {
        TcpPeer negative(world.port());
        negative.send(from_hex("01000000ffffffff"));
        CHECK(negative.closed());
        CHECK(counted("negative_length"));
        TcpPeer oversized(world.port());
        oversized.send(from_hex("01000000ffffff7f"));
        CHECK(oversized.closed());
        CHECK(counted("oversized_length"));
    }
    SECTION("an end in the middle of a frame") {
        TcpPeer cut(world.port());
        cut.send(kAsk11.substr(0, 9));
        cut.close();
        CHECK(counted("truncated_frame"));
        TcpPeer shorter(world.port());
        shorter.send(kAsk11.substr(0, 3));
        shorter.close();
        CHECK(counted("short_header"));
    }
    REQUIRE(other.send(kAsk11));
    CHECK(other.receive_frame() == kNoHosts11);
}

TEST_CASE("a row at an address that no node has isn't served, and is counted") {
    World world;
    const auto stop = world.start();
    world.database->sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 0, 80)"
    );
    world.database->sql(kInsert11);
    TcpPeer agent(world.port());
    CHECK(eventually([&] { return agent.send(kAsk11) && agent.receive_frame() == kOneHost11; }));
    CHECK(world.running.count("lars_dns_rows_skipped_total") >= 1);
}

TEST_CASE("half a frame and then silence is counted, and the service goes on") {
    World world({.session = {.half_frame_timeout = 50ms}});
    const auto stop = world.start();
    TcpPeer silent(world.port());
    silent.send(kAsk11.substr(0, 9));
    CHECK(silent.closed());
    CHECK(eventually([&] { return world.running.bad_input("half_frame_timeout") == 1; }));
    TcpPeer other(world.port());
    REQUIRE(other.send(kAsk11));
    CHECK(other.receive_frame() == kNoHosts11);
}

TEST_CASE("a client that sends and never reads is closed, and costs no more than the mark") {
    World world({.session = {.write_timeout = 300ms, .high_water = 1 << 20}});
    const auto stop = world.start();
    TcpPeer deaf(world.port());
    std::string many;
    for (int i = 0; i < 10'000; ++i) many += kAsk11;
    const metrics::Labels slow{{"reason", "slow_reader"}};
    while (world.running.count("lars_sessions_closed_total", slow) == 0 && deaf.send(many)) {
    }
    CHECK(eventually([&] { return world.running.count("lars_sessions_closed_total", slow) == 1; }));
    TcpPeer other(world.port());
    REQUIRE(other.send(kAsk11));
    CHECK(other.receive_frame() == kNoHosts11);
}

TEST_CASE("subscriptions of one session are bounded, and its end forgets them") {
    World world({.max_subscriptions = 10});
    const auto said = world.listen();
    const auto stop = world.start();
    {
        TcpPeer agent(world.port());
        for (int i = 0; i < 20; ++i) {
            GetRouteRequest request;
            request.set_modid(i);
            REQUIRE(agent.send(frame(1, request.SerializeAsString())));
            REQUIRE(agent.receive_frame());
        }
        CHECK(world.running.count("lars_dns_subscriptions_refused_total") == 10);
        CHECK(times(said, "asks for more than 10 modules: ") == 1);
        CHECK(times(said, "; --max-subscriptions raises that") == 1);
    }
    TcpPeer again(world.port());
    REQUIRE(again.send(kAsk11));
    REQUIRE(again.receive_frame());
    world.database->sql(kInsert11);
    CHECK(again.receive_frame() == kOneHost11);
}

TEST_CASE("who leaves a module hears no more of it, only of the others") {
    World world;
    const auto stop = world.start();
    OurAgent leaving(world.port());
    OurAgent staying(world.port());
    for (auto* agent : {&leaving, &staying}) {
        for (const int modid : {1, 2}) {
            agent->ask({modid, 1});
            agent->next();
        }
    }
    CHECK(world.running.count("lars_dns_unknown_subscriptions") == 4);
    leaving.leave({1, 1});
    leaving.leave({1, 1});    // again
    leaving.leave({9, 9});    // never asked for
    leaving.leave({-1, -1});  // nobody's
    leaving.ask({2, 1});      // answered after all of them
    leaving.next();
    CHECK(world.running.count("lars_dns_subscriptions") == 3);
    CHECK(world.running.count("lars_dns_unknown_subscriptions") == 3);
    world.database->sql(kInsert11);
    CHECK(staying.next().host_size() == 1);
    CHECK(world.running.count("lars_dns_pushes_total") == 1);
    CHECK(world.running.count("lars_dns_unknown_subscriptions") == 2);
    leaving.ask({2, 1});
    CHECK(leaving.next().modid() == 2);  // nothing of 1/1 came before it
    leaving.ask({1, 1});                 // and it can come back
    CHECK(leaving.next().host_size() == 1);
}

TEST_CASE("an agent of ours gets an etag, and no hosts for a route that it has") {
    World world;
    const auto stop = world.start();
    world.database->sql(kInsert11);
    TcpPeer agent(world.port());
    REQUIRE(agent.send(*wire::encode_frame(ID_Hello, wire::hello_of({.role = ROLE_AGENT}))));
    REQUIRE(agent.receive_frame());
    GetRouteRequest request;
    request.set_modid(1);
    request.set_cmdid(1);
    GetRouteResponse response;
    REQUIRE(eventually([&] {
        agent.send(frame(1, request.SerializeAsString()));
        response.ParseFromString(agent.receive_frame().value_or(std::string(8, '\0')).substr(8));
        return response.host_size() == 1;
    }));
    CHECK(response.etag() != 0);
    request.set_etag(response.etag());
    agent.send(frame(1, request.SerializeAsString()));
    GetRouteResponse next;
    do {  // a push of the insert may come first
        REQUIRE(next.ParseFromString(agent.receive_frame().value().substr(8)));
    } while (!next.unchanged());
    CHECK(next.host_size() == 0);
    CHECK(next.etag() == request.etag());
}
