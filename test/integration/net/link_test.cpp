#include "net/link.hpp"

#include "echo.hpp"
#include "support/scripted_server.hpp"

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

/// A link that says "ping" on each connection, and counts what comes back.
class Pinger final : public runtime::Part {
public:
    Pinger(
        Running& running,
        std::vector<runtime::PeerAddress> peers,
        std::chrono::milliseconds heartbeat = 2s
    )
        : link(
              running.runtime.executor(0),
              "echo",
              options(std::move(peers), heartbeat),
              {.role = ROLE_AGENT},
              running.metrics,
              running.log
          ),
          tasks_(running.runtime.executor(0), running.log) {}

    std::string name() const override { return "pinger"; }
    void start() override {
        tasks_.spawn("link", link.run([this](net::Session& session) { return serve(session); }));
    }
    Awaitable<> stop() override {
        tasks_.cancel();
        co_await tasks_.join();
    }

    net::Link link;
    std::atomic<int> connections{0};
    std::atomic<int> answers{0};
    std::atomic<bool> met{false};

private:
    static net::LinkOptions options(
        std::vector<runtime::PeerAddress> peers, std::chrono::milliseconds heartbeat
    ) {
        net::LinkOptions options;
        options.peers = std::move(peers);
        options.backoff = {.first = 5ms, .max = 50ms};
        options.session.heartbeat = heartbeat;
        options.return_after = 50ms;
        options.session.hello_timeout = 100ms;
        return options;
    }

    Awaitable<> serve(net::Session& session) {
        ++connections;
        session.send(ping());
        const auto count = [this, &session](const net::FrameView& answer) {
            met = session.peer_kind() == net::PeerKind::ours;
            answers += answer.id == 9;
        };
        co_await net::serve_frames(session, count);
    }
    static wire::EncodedFrame ping() {
        return std::make_shared<const std::string>(frame(9, "ping"));
    }

    runtime::TaskGroup tasks_;
};

runtime::PeerAddress at(std::uint16_t port) {
    return {"127.0.0.1", port};
}

}  // namespace

TEST_CASE("a link connects though its server comes later, and again after it was restarted") {
    std::uint16_t port = 0;
    {
        Running once;
        Echo echo(once);
        const auto once_stop = once.run({&echo});
        port = echo.port();
    }
    Running client;
    Pinger pinger(client, {at(port)});
    const auto client_stop = client.run({&pinger});
    CHECK(eventually([&] {
        return client.count("lars_link_failures_total", {{"link", "echo"}}) > 1;
    }));
    for (int round = 1; round <= 2; ++round) {
        Running server;
        Echo echo(server, {.listen = Endpoint::from_ipv4(0x7F000001, port)});
        const auto server_stop = server.run({&echo});
        CHECK(eventually([&] { return pinger.answers >= round; }));
        CHECK(eventually([&] { return pinger.met.load(); }));
    }
    CHECK(pinger.connections == 2);
}

TEST_CASE("a link goes on to the next of its peers") {
    Running server;
    Echo echo(server);
    const auto server_stop = server.run({&echo});
    Running client;
    Pinger pinger(client, {at(1), {"localhost", echo.port()}});
    const auto client_stop = client.run({&pinger});
    CHECK(eventually([&] { return pinger.answers == 1; }));
}

TEST_CASE("a link leaves a server that can't serve yet, and comes to it when it can") {
    Running server;
    Echo closed(server, {.doors = net::TcpServerOptions::Doors::closed});
    const auto server_stop = server.run({&closed});
    Running client;
    Pinger pinger(client, {at(closed.port())});
    const auto client_stop = client.run({&pinger});
    REQUIRE(eventually([&] { return server.count("lars_connections_refused_total") > 2; }));
    CHECK(pinger.answers == 0);
    closed.server.open_doors();
    CHECK(eventually([&] { return pinger.answers == 1; }));
}

TEST_CASE("a link goes to another peer when its first choice dies, and returns to it later") {
    struct Place {
        explicit Place(std::uint16_t port = 0)
            : echo(running, {.listen = Endpoint::from_ipv4(0x7F000001, port)}),
              stop(running.run({&echo})) {}
        bool chosen() const { return echo.server.connections() == 1; }
        Running running;
        Echo echo;
        Running::Stop stop;
    };
    std::array<std::optional<Place>, 2> places;
    for (auto& place : places) place.emplace();
    Running client;
    Pinger pinger(client, {at(places[0]->echo.port()), at(places[1]->echo.port())});
    const auto client_stop = client.run({&pinger});
    REQUIRE(eventually([&] { return places[0]->chosen() || places[1]->chosen(); }));
    auto& home = places[0]->chosen() ? places[0] : places[1];
    const auto& other = places[0]->chosen() ? places[1] : places[0];
    const auto port = home->echo.port();
    home.reset();
    CHECK(eventually([&] { return other->chosen(); }));
    home.emplace(port);
    CHECK(eventually([&] { return home->chosen() && other->echo.server.connections() == 0; }));
    CHECK(eventually([&] { return pinger.answers == 3; }));
}

TEST_CASE("a peer that stops answering Hello is given up") {
    // Accepts and says HelloAck once, then nothing: as a frozen process does.
    Running frozen;
    net::TcpServer server(
        frozen.runtime,
        {.listen = Endpoint::from_ipv4(0x7F000001, 0)},
        {.role = ROLE_DNS},
        [&frozen](net::Session& session, std::size_t) -> Awaitable<> {
            co_await session.fill();
            session.next();
            asio::steady_timer never(frozen.runtime.executor(1), Clock::time_point::max());
            co_await never.async_wait(nothrow);
        },
        frozen.metrics,
        frozen.log
    );
    struct Frozen final : runtime::Part {
        explicit Frozen(net::TcpServer& which) : server(which) {}
        std::string name() const override { return "frozen"; }
        void start() override { server.start(); }
        Awaitable<> stop() override { return server.stop(); }
        net::TcpServer& server;
    } part(server);
    const auto frozen_stop = frozen.run({&part});
    Running client;
    Pinger pinger(client, {at(server.local().port)}, 20ms);
    const auto client_stop = client.run({&pinger});
    CHECK(eventually([&] { return pinger.connections >= 2; }));
}

namespace {

const std::string kHelloAck =
    *wire::encode_frame(ID_HelloAck, wire::hello_ack_of({.role = ROLE_DNS}));

/// A process that takes connections and reads, and answers Hello as long as it doesn't hang.
class Peer {
public:
    Peer() { go_on(); }
    void hang() { server_.answer(ID_Hello, ""); }
    void go_on() { server_.answer(ID_Hello, kHelloAck); }
    int served() const { return server_.received(9); }
    int greeted() const { return server_.received(ID_Hello); }
    runtime::PeerAddress address() const { return at(server_.port()); }

private:
    ScriptedServer server_;
};

bool connected(const Running& client) {
    return client.count("lars_link_connected", {{"link", "echo"}}) == 1;
}

}  // namespace

TEST_CASE("a first choice that hangs is left, and isn't returned to until it answers Hello") {
    Peer peers[2];
    Running client;
    Pinger pinger(client, {peers[0].address(), peers[1].address()}, 20ms);
    const auto client_stop = client.run({&pinger});
    REQUIRE(eventually([&] { return peers[0].served() + peers[1].served() == 1; }));
    auto& home = peers[0].served() == 1 ? peers[0] : peers[1];
    auto& other = &home == &peers[0] ? peers[1] : peers[0];
    CHECK(eventually([&] { return connected(client); }));
    home.hang();
    CHECK(eventually([&] { return other.served() >= 1; }));
    // Probed again and again, it takes connections and what is sent there.
    const auto before = home.greeted();
    CHECK(eventually([&] { return home.greeted() >= before + 10; }));
    CHECK(home.served() == 1);
    home.go_on();
    CHECK(eventually([&] { return home.served() == 2; }));
}

TEST_CASE("a link whose peers all hang isn't connected, and serves the first that goes on") {
    Peer peers[2];
    Running client;
    Pinger pinger(client, {peers[0].address(), peers[1].address()}, 20ms);
    const auto client_stop = client.run({&pinger});
    REQUIRE(eventually([&] { return peers[0].served() + peers[1].served() == 1; }));
    for (auto& each : peers) each.hang();
    CHECK(eventually([&] { return !connected(client); }));
    peers[0].go_on();
    CHECK(eventually([&] { return connected(client); }));
    peers[0].hang();
    peers[1].go_on();
    CHECK(eventually([&] { return peers[1].served() >= 1 && connected(client); }));
}

TEST_CASE("a peer that hangs when it is met first is left for one that answers") {
    Peer well;
    Peer hanging[2];
    for (auto& each : hanging) each.hang();
    Running client;
    Pinger pinger(client, {hanging[0].address(), hanging[1].address(), well.address()});
    const auto client_stop = client.run({&pinger});
    CHECK(eventually([&] { return well.served() >= 1 && connected(client); }));
}

TEST_CASE("peers that never say Hello are served as original ones") {
    Peer peers[2];
    for (auto& each : peers) each.hang();
    Running client;
    Pinger pinger(client, {peers[0].address(), peers[1].address()});
    const auto client_stop = client.run({&pinger});
    // Either is tried, in case it answers.
    CHECK(eventually([&] { return peers[0].served() >= 1 && peers[1].served() >= 1; }));
    CHECK_FALSE(connected(client));
}

TEST_CASE("a peer that began as an original one is one of ours once it answers Hello") {
    Peer peer;
    peer.hang();
    Running client;
    Pinger pinger(client, {peer.address()}, 20ms);
    const auto client_stop = client.run({&pinger});
    CHECK(eventually([&] { return peer.greeted() >= 10; }));
    CHECK_FALSE(connected(client));
    CHECK(peer.served() == 1);
    peer.go_on();
    CHECK(eventually([&] { return connected(client); }));
}
