#include "runtime/nursery.hpp"

#include "support/await.hpp"
#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace lars;
using namespace lars::runtime;
using lars::test::await;

namespace {

/// A context that only this thread runs, a log that can be read, and what happened in which order.
struct World {
    asio::io_context context{1};
    std::ostringstream logged;
    spdlog::logger log{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged)};
    std::vector<std::string> events;

    asio::any_io_executor executor() { return context.get_executor(); }

    Awaitable<> turn() { co_await asio::post(executor(), asio::deferred); }

    /// Ends only when it is cancelled, and not at once then.
    Awaitable<> companion() {
        events.emplace_back("companion begins");
        Event never(executor());
        co_await never.wait();
        co_await asio::this_coro::throw_if_cancelled(false);
        co_await turn();
        events.emplace_back("companion ends");
    }
    Awaitable<> failing_companion() {
        co_await turn();
        throw std::runtime_error("no more");
    }
    Awaitable<> main_until(Event& end) {
        co_await end.wait();
        events.emplace_back("main ends");
    }
    Awaitable<> failing_main() {
        co_await turn();
        events.emplace_back("main fails");
        throw std::runtime_error("main failed");
    }
};

Awaitable<> run_with_companion(World& world, Awaitable<> main) {
    Nursery nursery(world.executor(), world.log);
    nursery.add("companion", world.companion());
    co_await nursery.run(std::move(main));
    world.events.emplace_back("run returns");
}

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("companions start with the coroutine, and have ended before anybody learns of its end") {
    World world;
    Event end(world.executor());
    end.notify();
    await(world.context, run_with_companion(world, world.main_until(end)));
    CHECK(world.events == Events{"companion begins", "main ends", "companion ends", "run returns"});
}

TEST_CASE("a coroutine's failure is thrown after its companions have ended") {
    World world;
    CHECK_THROWS_WITH(
        await(world.context, run_with_companion(world, world.failing_main())), "main failed"
    );
    CHECK(world.events == Events{"companion begins", "main fails", "companion ends"});
}

TEST_CASE("a companion's failure is logged with its name, and the coroutine goes on") {
    World world;
    Event end(world.executor());
    const auto run = [](World& each, Event& until) -> Awaitable<> {
        Nursery nursery(each.executor(), each.log);
        nursery.add("weak companion", each.failing_companion());
        auto main = each.main_until(until);
        co_await nursery.run(std::move(main));
    };
    bool ended = false;
    asio::co_spawn(world.context, run(world, end), [&](const std::exception_ptr&) {
        ended = true;
    });
    world.context.poll();
    CHECK(world.logged.str().find("weak companion failed: no more") != std::string::npos);
    CHECK_FALSE(ended);
    end.notify();
    world.context.restart();
    world.context.poll();
    CHECK(ended);
    CHECK(world.events == Events{"main ends"});
}

TEST_CASE("a cancelled caller ends by operation_aborted, after its companions") {
    World world;
    Event end(world.executor());
    TaskGroup tasks(world.executor(), world.log);
    // Its main ends in order when it is cancelled: the caller still mustn't go on.
    tasks.spawn("caller", run_with_companion(world, world.main_until(end)));
    world.context.poll();
    CHECK(world.events == Events{"companion begins"});
    tasks.cancel();
    world.context.restart();
    world.context.poll();
    CHECK(tasks.size() == 0);
    CHECK(world.events == Events{"companion begins", "main ends", "companion ends"});
}

TEST_CASE("a nursery that never ran leaves no companion behind") {
    World world;
    {
        Nursery nursery(world.executor(), world.log);
        nursery.add("companion", world.companion());
    }
    world.context.poll();
    CHECK(world.events.empty());
}
