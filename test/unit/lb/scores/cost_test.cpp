#include "lb/scores/cost.hpp"

#include "support/catch.hpp"

using namespace lars::lb;

TEST_CASE("the cost of an idle endpoint is what a call takes") {
    CHECK(cost({.latency_ratio = 1.5F}, {}) == 1.5F);
}

TEST_CASE("an endpoint of which nothing is known costs what its module does") {
    CHECK(cost({}, {}) == 1);
    CHECK(cost({.in_flight = 3}, {}) == 4);
}

TEST_CASE("each call in flight adds what a call takes") {
    CHECK(cost({.latency_ratio = 2, .in_flight = 4}, {}) == 10);
}

TEST_CASE("an overdue call costs as much as it is believed in") {
    CHECK(cost({.overdue = 4}, {}) == 5);
    CHECK(cost({.overdue = 4, .overdue_weight = 0.25F}, {}) == 2);
}

TEST_CASE("a call in flight weighs less on an endpoint of more weight") {
    const Load load{.in_flight = 4};
    CHECK(cost(load, {.crowding = 0.5F}) == 3);
    CHECK(cost(load, {.crowding = 2}) == 9);
}

TEST_CASE("a call in flight weighs more in a slow start") {
    const Load load{.in_flight = 4};
    CHECK(cost(load, {.share = 0.5F}) == 9);
    CHECK(cost(load, {.crowding = 0.5F, .share = 0.5F}) == 5);
}

TEST_CASE("failures cost as much as the penalty says") {
    const Load load{.failure_rate = 0.5F};
    CHECK(cost(load, {}) == 1);
    CHECK(cost(load, {.failure_penalty = 20}) == 11);
}

TEST_CASE("calls for each unit of weight are counted whole") {
    CHECK(calls_per_weight({.in_flight = 6}, 3) == 2);
    CHECK(calls_per_weight({.in_flight = 0.4F}, 1) == 0);
    CHECK(calls_per_weight({.in_flight = 0.6F}, 1) == 1);
}
