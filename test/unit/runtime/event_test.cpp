#include "runtime/event.hpp"

#include "support/await.hpp"
#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

using namespace lars;
using namespace lars::runtime;
using lars::test::await;
using namespace std::chrono_literals;

TEST_CASE("a notification before the wait is kept, and several are one") {
    asio::io_context context(1);
    Event event(context.get_executor());
    event.notify();
    event.notify();
    CHECK(await(context, event.wait_until(Clock::now() + 1h)));
    CHECK_FALSE(await(context, event.wait_until(Clock::now() - 1h)));
}

TEST_CASE("a notification wakes who waits; the deadline does without one") {
    asio::io_context context(1);
    Event event(context.get_executor());
    asio::post(context, [&event] { event.notify(); });
    CHECK(await(context, event.wait_until(Clock::now() + 1h)));
    CHECK_FALSE(await(context, event.wait_until(Clock::now())));
}
