#include "sim/server.hpp"

#include "support/catch.hpp"

using namespace lars::sim;
using namespace std::chrono_literals;

namespace {

Server::Start begin(Server& server, std::uint64_t call, Time demand, Time now) {
    server.expect(demand);
    const auto start = server.receive(call, demand, now);
    REQUIRE(start.has_value());
    return *start;
}

}  // namespace

TEST_CASE("a call waits for a worker, first come first served") {
    Server server({.workers = 1});
    const auto first = begin(server, 1, 10ms, 0ms);
    CHECK(first.ends == 10ms);
    for (const std::uint64_t call : {2, 3}) {
        server.expect(5ms);
        CHECK_FALSE(server.receive(call, 5ms, 1ms));
    }
    CHECK(server.in_flight() == 3);
    const auto finish = server.finish(first.worker, first.ends);
    CHECK(finish.job.call == 1);
    REQUIRE(finish.next);
    CHECK(finish.next->ends == 15ms);
    CHECK(server.finish(finish.next->worker, 15ms).job.call == 2);
}

TEST_CASE("a slow server takes longer, and one that warms up less and less so") {
    Server server({.workers = 4, .speed = 0.5});
    CHECK(begin(server, 1, 10ms, 0ms).ends == 20ms);
    server.set_speed(1);
    server.warm_up({0.1, 10s}, 1s);
    CHECK(server.speed(1s) == Approx(0.1));
    CHECK(server.speed(6s) == Approx(0.55));
    CHECK(server.speed(11s) == 1);
}

TEST_CASE("the work left is that of calls served, waiting and on their way, over all workers") {
    Server server({.workers = 2, .speed = 0.5});
    begin(server, 1, 10ms, 0ms);
    begin(server, 2, 20ms, 0ms);
    server.expect(30ms);
    CHECK_FALSE(server.receive(3, 30ms, 0ms));
    server.expect(40ms);
    // At half speed: 20 and 40 ms of work begun, 60 and 80 ms to come; 10 ms later 20 less.
    CHECK(server.work_left_ns(10ms) == Approx(90e6));
    // Call 3 begins at 20 ms, and the one on its way at 40 ms.
    CHECK(server.free_at(10ms) == 80ms);
}

TEST_CASE("a call from nearby overtakes one from afar") {
    Server server({.workers = 1});
    server.expect(40ms);
    server.expect(10ms);
    REQUIRE(server.receive(2, 10ms, 1ms));
    CHECK(server.work_left_ns(1ms) == Approx(50e6));
    server.turn_away(40ms);
    CHECK(server.work_left_ns(1ms) == Approx(10e6));
}

TEST_CASE("a server that dies loses its calls, and starts with an empty queue") {
    Server server({.workers = 1});
    begin(server, 1, 10ms, 0ms);
    server.expect(10ms);
    CHECK_FALSE(server.receive(2, 10ms, 0ms));
    const auto life = server.life();
    CHECK(server.lose_all() == std::vector<std::uint64_t>{1, 2});
    CHECK(server.life() != life);
    CHECK(server.in_flight() == 0);
    CHECK(server.work_left_ns(1ms) == 0);
    CHECK(begin(server, 3, 10ms, 5ms).ends == 15ms);
}
