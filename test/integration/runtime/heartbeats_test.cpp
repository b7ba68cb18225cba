#include "runtime/heartbeats.hpp"

#include "runtime/own_thread.hpp"
#include "support/catch.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <boost/asio/post.hpp>

#include <future>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

TEST_CASE("a context that is stuck in a handler falls silent; the others, and it later, beat") {
    Running running{2};
    runtime::Heartbeats heartbeats(running.runtime, running.log);
    const auto stop = running.run({&heartbeats});
    std::promise<void> go_on;
    asio::post(running.runtime.executor(1), [wait = go_on.get_future().share()] { wait.wait(); });
    const auto silence = [&](std::size_t context) {
        return heartbeats.silence(context, Clock::now());
    };
    CHECK(eventually([&] { return silence(1) > 2s && silence(0) < 1s; }));
    go_on.set_value();
    CHECK(eventually([&] { return silence(1) < 1s; }));
}

namespace {

/// Notes on which threads it is started, runs and is stopped.
class Witness final : public runtime::Part {
public:
    Witness(const asio::any_io_executor& executor, spdlog::logger& log)
        : executor_(executor), tasks_(executor, log) {}
    std::string name() const override { return "witness"; }
    void start() override { tasks_.spawn("witness", run()); }
    Awaitable<> stop() override {
        stopped_in = std::this_thread::get_id();
        tasks_.cancel();
        co_await tasks_.join();
    }

    std::atomic<std::thread::id> ran_in{};
    std::atomic<std::thread::id> stopped_in{};

private:
    Awaitable<> run() {
        ran_in = std::this_thread::get_id();
        asio::steady_timer never(executor_, Clock::time_point::max());
        co_await never.async_wait(nothrow);
    }

    asio::any_io_executor executor_;
    runtime::TaskGroup tasks_;
};

}  // namespace

TEST_CASE("a part with a thread of its own goes on while the contexts of the runtime are stuck") {
    Running running{1};
    runtime::OwnThread thread;
    Witness witness(thread.executor(), running.log);
    thread.run(witness);
    std::promise<void> go_on;
    asio::post(running.runtime.executor(0), [wait = go_on.get_future().share()] { wait.wait(); });
    {
        const auto stop = running.run({&thread});
        CHECK(eventually([&] { return witness.ran_in.load() != std::thread::id(); }));
        go_on.set_value();
    }
    CHECK(witness.stopped_in.load() == witness.ran_in.load());
}
