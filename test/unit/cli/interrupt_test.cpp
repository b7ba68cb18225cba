#include "cli/interrupt.hpp"

#include "support/catch.hpp"

#include <signal.h>
#include <unistd.h>

#include <thread>

using namespace lars::cli;
using namespace std::chrono_literals;

TEST_CASE("a signal ends a wait, one that begins later too") {
    const Interrupt interrupt;
    interrupt.wait_until(Interrupt::Clock::now());
    CHECK_FALSE(interrupt);
    ::raise(SIGINT);
    CHECK(interrupt);
    interrupt.wait_until(Interrupt::Clock::now() + 24h);
    CHECK(interrupt);
}

TEST_CASE("a signal that comes during a wait ends it, and the next interrupt begins anew") {
    {
        const Interrupt interrupt;
        const std::jthread other([] { ::kill(::getpid(), SIGTERM); });
        interrupt.wait_until(Interrupt::Clock::now() + 24h);
        CHECK(interrupt);
    }
    const Interrupt again;
    CHECK_FALSE(again);
}
