#include "lb/scores/cost.hpp"

#include "support/catch.hpp"

using namespace lars::lb;

TEST_CASE("the cost of an idle endpoint is what a call takes") {
    CHECK(cost({.latency_us = 1500}, {.module_latency_us = 900}) == 1500);
}

TEST_CASE("an endpoint of which nothing is known costs what its module does") {
    CHECK(cost({}, {.module_latency_us = 900}) == 900);
    CHECK(cost({.in_flight = 2}, {.module_latency_us = 900}) == 2700);
}

TEST_CASE("in a module of which nothing is known calls in flight decide") {
    CHECK(cost({}, {}) == 1);
    CHECK(cost({.in_flight = 3}, {}) == 4);
}

TEST_CASE("each call in flight adds what a call takes") {
    CHECK(cost({.latency_us = 100, .in_flight = 4}, {}) == 500);
}

TEST_CASE("a call in flight weighs less on an endpoint of more weight") {
    const Load load{.latency_us = 100, .in_flight = 4};
    CHECK(cost(load, {.crowding = 0.5F}) == 300);
    CHECK(cost(load, {.crowding = 2}) == 900);
}

TEST_CASE("a call in flight weighs more in a slow start") {
    const Load load{.latency_us = 100, .in_flight = 4};
    CHECK(cost(load, {.share = 0.5F}) == 900);
    CHECK(cost(load, {.crowding = 0.5F, .share = 0.5F}) == 500);
}

TEST_CASE("failures cost as much as the penalty says") {
    const Load load{.latency_us = 100, .failure_rate = 0.5F};
    CHECK(cost(load, {}) == 100);
    CHECK(cost(load, {.failure_penalty = 20}) == 1100);
}

TEST_CASE("calls for each unit of weight are counted whole") {
    CHECK(calls_per_weight({.in_flight = 6}, 3) == 2);
    CHECK(calls_per_weight({.in_flight = 0.4F}, 1) == 0);
    CHECK(calls_per_weight({.in_flight = 0.6F}, 1) == 1);
}
