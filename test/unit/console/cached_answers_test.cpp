#include "console/cached_answers.hpp"

#include "runtime/sleep.hpp"
#include "support/catch.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <vector>

using namespace lars;
using namespace lars::console;

namespace {

/// Answers that many ask for, each made after a moment.
struct World {
    void ask(const std::string& key) { asio::co_spawn(io, asking(key), asio::detached); }
    Awaitable<> asking(std::string key) {
        const auto make = [this] { return making(); };
        auto getting = cache.get(std::move(key), make);
        const auto answer = co_await std::move(getting);
        answers.push_back(answer.body);
    }
    Awaitable<http::Response> making() {
        const auto number = ++made;
        co_await runtime::sleep_for(io.get_executor(), std::chrono::microseconds(10));
        http::Response response;
        response.status = status;
        response.body = std::to_string(number);
        co_return response;
    }
    void run() {
        io.restart();
        io.run();
    }

    asio::io_context io;
    CachedAnswers cache{io.get_executor()};
    std::vector<std::string> answers;
    int made = 0;
    unsigned status = 200;
};

}  // namespace

TEST_CASE("of many who ask for the same, one has it made") {
    World world;
    for (int i = 0; i < 200; ++i) world.ask("overview");
    world.ask("module");
    world.run();
    CHECK(world.answers.size() == 201);
    CHECK(world.made == 2);
    world.ask("overview");
    world.run();
    CHECK(world.made == 2);
    CHECK(world.answers.back() == "1");
}

TEST_CASE("what was made before something changed is made anew, also if it was being made then") {
    World world;
    world.ask("overview");
    world.run();
    world.cache.invalidate();
    world.ask("overview");
    world.io.restart();
    world.io.poll();
    CHECK(world.made == 2);
    world.cache.invalidate();
    world.ask("overview");
    world.run();
    CHECK(world.made == 3);
    CHECK(world.answers == std::vector<std::string>{"1", "2", "3"});
}

TEST_CASE("an error isn't kept, and keeps nobody waiting") {
    World world;
    world.status = 503;
    for (int i = 0; i < 3; ++i) world.ask("overview");
    world.run();
    CHECK(world.answers.size() == 3);
    CHECK(world.made == 3);
}

TEST_CASE("whatever is asked for, there or not, fills no memory") {
    World world;
    world.status = 404;
    for (std::size_t i = 0; i < 3 * CachedAnswers::kMaxEntries; ++i) {
        world.ask("module " + std::to_string(i));
        world.run();
        REQUIRE(world.cache.size() <= CachedAnswers::kMaxEntries);
    }
    CHECK(world.answers.size() == 3 * CachedAnswers::kMaxEntries);
}

TEST_CASE("whoever goes while he waits or makes something is no hindrance to others") {
    World world;
    {
        World gone;
        for (int i = 0; i < 3; ++i) gone.ask("overview");
        gone.io.poll();
        CHECK(gone.made == 1);
    }
    world.ask("overview");
    world.run();
    CHECK(world.answers.size() == 1);
}
