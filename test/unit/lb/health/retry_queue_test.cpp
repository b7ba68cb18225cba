#include "lb/health/retry_queue.hpp"

#include "support/catch.hpp"

using namespace lars::lb;
using namespace std::chrono_literals;

TEST_CASE("endpoints come out in the order in which they are due") {
    RetryQueue queue;
    queue.reset(10);
    CHECK(queue.first_due() == Time::max());
    queue.add(7, 1s);
    queue.add(2, 2s);
    queue.add(4, 2s);
    CHECK(queue.first_due() == 1s);
    CHECK(queue.take() == 7);
    CHECK(queue.first_due() == 2s);
    CHECK(queue.take() == 2);
    CHECK(queue.take() == 4);
    CHECK(queue.first_due() == Time::max());
}

TEST_CASE("an endpoint that waits isn't added again, until it was taken") {
    RetryQueue queue;
    queue.reset(3);
    queue.add(1, 1s);
    queue.add(1, 5s);
    CHECK(queue.first_due() == 1s);
    CHECK(queue.take() == 1);
    CHECK(queue.first_due() == Time::max());
    queue.add(1, 5s);
    CHECK(queue.first_due() == 5s);
}

TEST_CASE("64 wait at most, over any number of rounds") {
    RetryQueue queue;
    queue.reset(100);
    for (Slot slot = 0; slot < 100; ++slot) queue.add(slot, 1s);
    for (Slot slot = 0; slot < 64; ++slot) CHECK(queue.take() == slot);
    CHECK(queue.first_due() == Time::max());
    for (int round = 0; round < 100; ++round) {
        const Slot slot = 64 + round % 36;
        queue.add(slot, 2s);
        CHECK(queue.take() == slot);
    }
}

TEST_CASE("a reset leaves nobody waiting") {
    RetryQueue queue;
    queue.reset(3);
    queue.add(2, 1s);
    queue.reset(5);
    CHECK(queue.first_due() == Time::max());
    queue.add(2, 3s);
    queue.add(4, 4s);
    CHECK(queue.take() == 2);
    CHECK(queue.take() == 4);
}

TEST_CASE("without endpoints nobody waits") {
    RetryQueue queue;
    queue.reset(0);
    CHECK(queue.first_due() == Time::max());
}
