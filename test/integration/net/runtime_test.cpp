#include "net/admin_server.hpp"
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

class Recorder final : public net::Part {
public:
    Recorder(std::string name, std::vector<std::string>& events, bool fails = false)
        : name_(std::move(name)), events_(events), fails_(fails) {}
    std::string name() const override { return name_; }
    void start() override {
        if (fails_) throw net::StartError("no");
        events_.push_back("start " + name_);
    }
    net::Awaitable<> stop() override {
        events_.push_back("stop " + name_);
        co_return;
    }

private:
    std::string name_;
    std::vector<std::string>& events_;
    bool fails_;
};

class Stubborn final : public net::Part {
public:
    explicit Stubborn(net::Runtime& runtime) : executor_(runtime.executor(0)) {}
    std::string name() const override { return "stubborn"; }
    void start() override {}
    net::Awaitable<> stop() override {
        net::asio::steady_timer never(executor_, net::Clock::time_point::max());
        co_await never.async_wait(net::nothrow);
    }

private:
    net::asio::any_io_executor executor_;
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
    CHECK_THROWS_AS(running.run({&a, &b}), net::StartError);
    CHECK(events == std::vector<std::string>{"start a", "stop a"});
}

TEST_CASE("SIGTERM stops in order; a part that doesn't stop is cut short at the drain timeout") {
    for (const bool stubborn : {false, true}) {
        const auto child = ::fork();
        if (child == 0) {
            spdlog::logger log("child", std::make_shared<spdlog::sinks::null_sink_mt>());
            net::Runtime runtime({.threads = 1, .drain_timeout = 50ms}, log);
            std::vector<std::string> events;
            Recorder good("good", events);
            Stubborn bad(runtime);
            net::Part* const parts[]{stubborn ? static_cast<net::Part*>(&bad) : &good};
            const auto ended = runtime.run(parts, [] { ::raise(SIGTERM); });
            ::_exit(ended == net::Runtime::Ended::forced ? 3 : 0);
        }
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == (stubborn ? 3 : 0));
    }
}

TEST_CASE("the admin server shows metrics and outlives nonsense") {
    Running running;
    running.metrics.counter("lars_things_total", "Things").add(7);
    struct Admin final : net::Part {
        explicit Admin(Running& world)
            : server(
                  world.runtime.executor(0),
                  Endpoint::from_ipv4(0x7F000001, 0),
                  world.metrics,
                  [this] { return can_serve.load(); },
                  world.log
              ) {}
        std::string name() const override { return "admin"; }
        void start() override { server.start(); }
        net::Awaitable<> stop() override { return server.stop(); }
        std::atomic<bool> can_serve{false};
        net::AdminServer server;
    } admin(running);
    const auto running_stop = running.run({&admin});
    const auto get = [&](const std::string& request) {
        TcpPeer peer(admin.server.local().port);
        peer.send(request);
        return peer.receive_all();
    };
    CHECK(get("GET /metrics HTTP/1.0\r\n\r\n").find("lars_things_total 7") != std::string::npos);
    CHECK(get("GET /healthz HTTP/1.0\r\n\r\n").find("ok") != std::string::npos);
    CHECK(get("GET /readyz HTTP/1.0\r\n\r\n").find("503") != std::string::npos);
    admin.can_serve = true;
    CHECK(get("GET /readyz HTTP/1.0\r\n\r\n").find("200") != std::string::npos);
    CHECK(get("POST /healthz HTTP/1.0\r\n\r\n").find("405") != std::string::npos);
    CHECK(get("GET /elsewhere HTTP/1.0\r\n\r\n").find("404") != std::string::npos);
    CHECK(get("nonsense\r\n\r\n").empty());
    CHECK(get(std::string(100'000, 'x')).empty());
    CHECK(get("GET /healthz HTTP/1.0\r\n\r\n").find("ok") != std::string::npos);
}
