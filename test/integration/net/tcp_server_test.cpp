#include "echo.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <memory>
#include <vector>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

TEST_CASE("frames come back whole, however they were split, empty ones too") {
    Running running;
    Echo echo(running);
    const auto running_stop = running.run({&echo});
    TcpPeer peer(echo.port());
    const auto stream = frame(9, "hello") + frame(9, "");
    for (const auto byte : stream) REQUIRE(peer.send(std::string(1, byte)));
    CHECK(peer.receive_frame() == frame(9, "hello"));
    CHECK(peer.receive_frame() == frame(9, ""));
}

TEST_CASE("connections above the limit are closed at once, and their places come free") {
    Running running;
    Echo echo(running, {.max_connections = 10});
    const auto running_stop = running.run({&echo});
    {
        std::vector<std::unique_ptr<TcpPeer>> peers;
        for (int i = 0; i < 100; ++i) peers.push_back(std::make_unique<TcpPeer>(echo.port()));
        int served = 0;
        for (auto& peer : peers) {
            served += peer->send(frame(9, "x")) && peer->receive_frame().has_value();
        }
        CHECK(served == 10);
        CHECK(running.count("lars_connections_refused_total") == 90);
    }
    CHECK(eventually([&] { return echo.server.connections() == 0; }));
    TcpPeer again(echo.port());
    CHECK(again.send(frame(9, "x")));
    CHECK(again.receive_frame());
}

TEST_CASE("sessions are dealt out to all contexts") {
    Running running(3);
    Echo echo(running);
    const auto running_stop = running.run({&echo});
    std::vector<std::unique_ptr<TcpPeer>> peers;
    for (int i = 0; i < 9; ++i) peers.push_back(std::make_unique<TcpPeer>(echo.port()));
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(eventually([&] { return echo.sessions[i] == 3; }));
    }
}

TEST_CASE("a peer that doesn't read is closed at the mark, and others are served") {
    Running running;
    Echo echo(running, {.session = {.high_water = 1 << 20}});
    const auto running_stop = running.run({&echo});
    TcpPeer deaf(echo.port());
    TcpPeer other(echo.port());
    const auto large = frame(9, std::string(60'000, 'x'));
    const metrics::Labels slow{{"reason", "slow_reader"}};
    while (running.count("lars_sessions_closed_total", slow) == 0) {
        if (!deaf.send(large)) break;
    }
    CHECK(eventually([&] { return running.count("lars_sessions_closed_total", slow) == 1; }));
    CHECK(other.send(frame(9, "still here")));
    CHECK(other.receive_frame() == frame(9, "still here"));
}

TEST_CASE("bad streams are counted by kind, and end only their own session") {
    Running running;
    Echo echo(running);
    const auto running_stop = running.run({&echo});
    TcpPeer other(echo.port());
    const auto counted = [&](const char* kind) {
        return eventually([&, kind] { return running.bad_input(kind) == 1; });
    };
    SECTION("a negative length") {
        TcpPeer peer(echo.port());
        peer.send(from_hex("01000000ffffffff"));
        CHECK(peer.closed());
        CHECK(counted("negative_length"));
    }
    SECTION("a length above the limit") {
        TcpPeer peer(echo.port());
        peer.send(from_hex("01000000f8ff0000"));
        CHECK(peer.closed());
        CHECK(counted("oversized_length"));
    }
    SECTION("an end within a header") {
        TcpPeer peer(echo.port());
        peer.send("abc");
        peer.close();
        CHECK(counted("short_header"));
    }
    SECTION("an end within a body") {
        TcpPeer peer(echo.port());
        peer.send(frame(1, "body").substr(0, 10));
        peer.close();
        CHECK(counted("truncated_frame"));
    }
    CHECK(other.send(frame(9, "x")));
    CHECK(other.receive_frame());
}

TEST_CASE("half a frame and then silence ends a session, and is counted") {
    Running running;
    Echo echo(running, {.session = {.half_frame_timeout = 50ms}});
    const auto running_stop = running.run({&echo});
    TcpPeer peer(echo.port());
    peer.send(frame(1, "body").substr(0, 10));
    CHECK(peer.closed());
    CHECK(eventually([&] { return running.bad_input("half_frame_timeout") == 1; }));
}

TEST_CASE("a peer that never says anything is closed, one that has spoken may be silent") {
    Running running;
    Echo echo(running, {.session = {.idle_timeout = 50ms}});
    const auto running_stop = running.run({&echo});
    std::optional<TcpPeer> original;
    // On a busy machine one isn't always heard before its time is over.
    REQUIRE(eventually([&] {
        original.emplace(echo.port());
        return original->send(frame(9, "x")) && original->receive_frame();
    }));
    TcpPeer silent(echo.port());
    CHECK(silent.closed());
    CHECK(original->send(frame(9, "y")));
    CHECK(original->receive_frame() == frame(9, "y"));
}

TEST_CASE("Hello is answered, and allows larger frames") {
    Running running;
    Echo echo(running);
    const auto running_stop = running.run({&echo});
    TcpPeer peer(echo.port());
    REQUIRE(peer.send(*wire::encode_frame(ID_Hello, wire::hello_of({.role = ROLE_AGENT}))));
    const auto answer = peer.receive_frame();
    REQUIRE(answer);
    HelloAck ack;
    REQUIRE(ack.ParseFromString(answer->substr(8)));
    CHECK(ack.role() == ROLE_DNS);
    CHECK(ack.instance().size() == 16);
    CHECK(ack.max_body() == kMaxHelloBody);
    const auto large = frame(9, std::string(1 << 20, 'x'));
    REQUIRE(peer.send(large));
    CHECK(peer.receive_frame() == large);
}

TEST_CASE("requests sent before the peer shut down its side are still answered") {
    Running running;
    Echo echo(running);
    const auto running_stop = running.run({&echo});
    TcpPeer peer(echo.port());
    REQUIRE(peer.send(frame(9, "last words")));
    peer.shut_down_sending();
    CHECK(peer.receive_frame() == frame(9, "last words"));
    CHECK(peer.closed());
}

TEST_CASE("without descriptors the server neither spins nor dies, and serves again later") {
    Running running;
    Echo echo(running);
    const auto running_stop = running.run({&echo});
    TcpPeer before(echo.port());
    REQUIRE(before.send(frame(9, "x")));
    REQUIRE(before.receive_frame());

    rlimit old{};
    ::getrlimit(RLIMIT_NOFILE, &old);
    std::vector<std::unique_ptr<TcpPeer>> peers;
    for (int i = 0; i < 5; ++i) {
        TcpPeer probe(echo.port());  // shows which descriptor would be next
    }
    const int next = ::dup(0);
    ::close(next);
    // Room for two more sockets of ours, none for the server to accept them.
    const rlimit tight{static_cast<rlim_t>(next + 2), old.rlim_max};
    REQUIRE(eventually([&] { return echo.server.connections() == 1; }));
    ::setrlimit(RLIMIT_NOFILE, &tight);
    for (int i = 0; i < 2; ++i) {
        try {
            peers.push_back(std::make_unique<TcpPeer>(echo.port()));
        } catch (const std::exception&) {  // no descriptor here either
        }
    }
    const auto failures = [&] { return running.count("lars_out_of_descriptors_total"); };
    CHECK(eventually([&] { return failures() >= 1; }));
    std::this_thread::sleep_for(300ms);
    CHECK(failures() < 50);  // a busy loop would count thousands
    CHECK(before.send(frame(9, "y")));
    CHECK(before.receive_frame());
    ::setrlimit(RLIMIT_NOFILE, &old);
    peers.clear();
    TcpPeer after(echo.port());
    CHECK(after.send(frame(9, "z")));
    CHECK(after.receive_frame());
}

TEST_CASE("a taken port is a clear error") {
    Running first;
    Echo echo(first);
    const auto first_stop = first.run({&echo});
    Running second;
    Echo late(second, {.listen = Endpoint::from_ipv4(0x7F000001, echo.port())});
    try {
        const auto second_stop = second.run({&late});
        FAIL("it started");
    } catch (const runtime::StartError& error) {
        const std::string what = error.what();
        CHECK(what.find(std::to_string(echo.port())) != std::string::npos);
        CHECK(what.find("another program has this port") != std::string::npos);
    }
}
