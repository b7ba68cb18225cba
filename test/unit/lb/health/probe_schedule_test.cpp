#include "lb/health/probe_schedule.hpp"

#include "support/catch.hpp"

#include <set>

using namespace lars::lb;
using namespace std::chrono_literals;

TEST_CASE("tries of any kind are an interval apart") {
    ProbeSchedule schedule;
    CHECK(schedule.is_open(1h));
    schedule.add_probe(1h, 100ms);
    CHECK_FALSE(schedule.is_open(1h + 99ms));
    CHECK(schedule.is_open(1h + 100ms));
    schedule.add_retry(2h, 100ms);
    CHECK_FALSE(schedule.is_open(2h + 99ms));
    CHECK(schedule.is_open(2h + 100ms));
}

TEST_CASE("after a try that succeeded the next one needn't wait") {
    ProbeSchedule schedule;
    schedule.add_probe(1h, 100ms);
    schedule.open(1h + 1ms);
    CHECK(schedule.is_open(1h + 1ms));
}

TEST_CASE("turns go round all that are suspended, however many there are now") {
    ProbeSchedule schedule;
    std::multiset<std::size_t> turns;
    for (int i = 0; i < 8; ++i) turns.insert(schedule.next_turn(4));
    for (std::size_t each = 0; each < 4; ++each) CHECK(turns.count(each) == 2);
    schedule.next_turn(4);
    schedule.next_turn(4);
    schedule.next_turn(4);
    CHECK(schedule.next_turn(1) == 0);
    schedule.next_turn(3);
    schedule.restart_turns();
    CHECK(schedule.next_turn(3) == 1);
}

TEST_CASE("after enough calls an endpoint is tried before its time") {
    ProbeSchedule schedule;
    for (int i = 0; i < 9; ++i) schedule.add_call();
    CHECK_FALSE(schedule.take_early_turn(10));
    schedule.add_call();
    CHECK(schedule.take_early_turn(10));
    CHECK(schedule.take_early_turn(10));  // it is the try that begins the count again
    schedule.add_probe(1h, 0ns);
    CHECK_FALSE(schedule.take_early_turn(10));
}

TEST_CASE("an ejection begins the count of calls again, a retry doesn't") {
    ProbeSchedule schedule;
    for (int i = 0; i < 10; ++i) schedule.add_call();
    schedule.add_retry(1h, 100ms);
    CHECK(schedule.take_early_turn(10));
    schedule.restart_calls();
    CHECK_FALSE(schedule.take_early_turn(10));
}

TEST_CASE("when one comes back each of the others has one early turn") {
    ProbeSchedule schedule;
    schedule.hurry(3);
    for (int i = 0; i < 3; ++i) CHECK(schedule.take_early_turn(10));
    CHECK_FALSE(schedule.take_early_turn(10));
    schedule.hurry(3);
    schedule.restart_turns();
    CHECK_FALSE(schedule.take_early_turn(10));
}
