#include "lb/counters/decay.hpp"

#include "support/catch.hpp"

#include <cmath>

using namespace lars::lb;

TEST_CASE("decay is close to e^-x for short times, and never below it") {
    CHECK(decay(0) == 1);
    for (float x = 0; x < 1; x += 0.001F) {
        INFO(x);
        const auto exact = std::exp(-double(x));
        CHECK(double(decay(x)) > exact - 1e-6);
        CHECK(double(decay(x)) < exact * 1.02 + 1e-6);
    }
}

TEST_CASE("decay falls all the way, down to nothing") {
    float before = 1;
    for (float x = 0.001F; x < 1e6F; x *= 1.1F) {
        INFO(x);
        CHECK(decay(x) < before);
        before = decay(x);
    }
    CHECK(before < 1e-6F);
}
