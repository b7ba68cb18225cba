#include "support/catch.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

class Recorder final : public runtime::Part {
public:
    Recorder(std::string name, std::vector<std::string>& events, bool fails = false)
        : name_(std::move(name)), events_(events), fails_(fails) {}
    std::string name() const override { return name_; }
    void start() override {
        if (fails_) throw runtime::StartError("no");
        events_.push_back("start " + name_);
    }
    Awaitable<> stop() override {
        events_.push_back("stop " + name_);
        co_return;
    }

private:
    std::string name_;
    std::vector<std::string>& events_;
    bool fails_;
};

class Stubborn final : public runtime::Part {
public:
    explicit Stubborn(runtime::Runtime& runtime) : executor_(runtime.executor(0)) {}
    std::string name() const override { return "stubborn"; }
    void start() override {}
    Awaitable<> stop() override {
        asio::steady_timer never(executor_, Clock::time_point::max());
        co_await never.async_wait(nothrow);
    }

private:
    asio::any_io_executor executor_;
};

}  // namespace

TEST_CASE("parts start in order and stop in reverse") {
    std::vector<std::string> events;
    Recorder a("a", events);
    Recorder b("b", events);
    {
        Running running;
        const auto running_stop = running.run({&a, &b});
    }
    CHECK(events == std::vector<std::string>{"start a", "start b", "stop b", "stop a"});
}

TEST_CASE("a part that can't start leaves the others stopped") {
    std::vector<std::string> events;
    Recorder a("a", events);
    Recorder b("b", events, true);
    Running running;
    CHECK_THROWS_AS(running.run({&a, &b}), runtime::StartError);
    CHECK(events == std::vector<std::string>{"start a", "stop a"});
}

TEST_CASE("SIGTERM stops in order; a part that doesn't stop is cut short at the drain timeout") {
    for (const bool stubborn : {false, true}) {
        const auto child = ::fork();
        if (child == 0) {
            spdlog::logger log("child", std::make_shared<spdlog::sinks::null_sink_mt>());
            runtime::Runtime runtime({.threads = 1, .drain_timeout = 50ms}, log);
            std::vector<std::string> events;
            Recorder good("good", events);
            Stubborn bad(runtime);
            runtime::Part* const parts[]{stubborn ? static_cast<runtime::Part*>(&bad) : &good};
            const auto ended = runtime.run(parts, [] { ::raise(SIGTERM); });
            ::_exit(ended == runtime::Runtime::Ended::forced ? 3 : 0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == (stubborn ? 3 : 0));
    }
}
