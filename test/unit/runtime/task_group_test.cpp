#include "runtime/task_group.hpp"

#include "support/await.hpp"
#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>
#include <stdexcept>

using namespace lars;
using namespace lars::runtime;
using lars::test::await;

namespace {

struct World {
    asio::io_context context{1};
    std::ostringstream logged;
    spdlog::logger log{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(logged)};
    TaskGroup tasks{context.get_executor(), log};
    int ended = 0;

    Awaitable<> endless() {
        Event never(context.get_executor());
        while (true) co_await never.wait();
    }
    Awaitable<> short_one() {
        ++ended;
        co_return;
    }
    Awaitable<> failing() {
        throw std::runtime_error("broken");
        co_return;
    }
    void run() {
        context.restart();
        context.poll();
    }
};

}  // namespace

TEST_CASE("a group joins when its last task has ended") {
    World world;
    world.tasks.spawn("short", world.short_one());
    world.tasks.spawn("endless", world.endless());
    world.run();
    CHECK(world.ended == 1);
    CHECK(world.tasks.size() == 1);
    world.tasks.cancel();
    await(world.context, world.tasks.join());
    CHECK(world.tasks.size() == 0);
    CHECK(world.logged.str().empty());
}

TEST_CASE("a task that joins a cancelled group is cancelled at once") {
    World world;
    world.tasks.cancel();
    world.tasks.spawn("late", world.endless());
    world.run();
    CHECK(world.tasks.size() == 0);
}

TEST_CASE("an exception is logged with its task's name, and ends only that task") {
    World world;
    world.tasks.spawn("endless", world.endless());
    world.tasks.spawn("weak", world.failing());
    world.run();
    CHECK(world.logged.str().find("weak failed: broken") != std::string::npos);
    CHECK(world.tasks.size() == 1);
    world.tasks.cancel();
    world.run();
}
