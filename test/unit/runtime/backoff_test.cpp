#include "runtime/backoff.hpp"

#include "support/catch.hpp"

using namespace lars::runtime;
using namespace std::chrono_literals;

TEST_CASE("a delay doubles up to its ceiling, between half of it and all of it") {
    for (const std::uint32_t random : {0U, 1U << 31, UINT32_MAX}) {
        Backoff backoff({.first = 50ms, .max = 1000ms});
        auto ceiling = 50ms;
        for (int i = 0; i < 100; ++i) {
            const auto delay = backoff.next(random);
            CHECK(delay >= ceiling / 2);
            CHECK(delay <= ceiling);
            ceiling = std::min<std::chrono::milliseconds>(ceiling * 2, 1000ms);
        }
        backoff.reset();
        CHECK(backoff.next(random) <= 50ms);
    }
}
