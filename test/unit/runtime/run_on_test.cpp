#include "runtime/run_on.hpp"

#include "runtime/task_group.hpp"
#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>
#include <spdlog/sinks/null_sink.h>

#include <memory>
#include <optional>

using namespace lars;
using namespace lars::runtime;

namespace {

/// Two contexts that this thread runs one after the other, as two threads would.
struct World {
    asio::io_context here{1};
    asio::io_context there{1};
    spdlog::logger log{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
    TaskGroup tasks{here.get_executor(), log};
    std::optional<int> result;
    bool went_on = false;

    Awaitable<> query() {
        auto job = [value = std::make_unique<int>(7)] { return *value; };
        auto asking = run_on(there.get_executor(), std::move(job));
        result = co_await std::move(asking);
        Event never(here.get_executor());
        co_await never.wait();
        went_on = true;
    }
    static void run(asio::io_context& context) {
        context.restart();
        context.poll();
    }
};

}  // namespace

TEST_CASE("a job runs on the other executor, and its result comes back to the caller's") {
    World world;
    world.tasks.spawn("query", world.query());
    World::run(world.here);
    CHECK_FALSE(world.result);
    World::run(world.there);
    CHECK_FALSE(world.result);
    World::run(world.here);
    CHECK(world.result == 7);
    world.tasks.cancel();
    World::run(world.here);
}

TEST_CASE("who is cancelled meanwhile waits for the job all the same, and then ends") {
    World world;
    world.tasks.spawn("query", world.query());
    World::run(world.here);
    world.tasks.cancel();
    World::run(world.here);
    CHECK(world.tasks.size() == 1);
    World::run(world.there);
    World::run(world.here);
    CHECK(world.tasks.size() == 0);
    CHECK(world.result == 7);
    CHECK_FALSE(world.went_on);
}
