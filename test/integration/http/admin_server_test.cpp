#include "http/admin_server.hpp"

#include "runtime/run_on.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"

#include <atomic>
#include <thread>

using namespace lars;
using namespace lars::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;

namespace {

/// An admin server on context 0.
struct Admin final : runtime::Part {
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
    Awaitable<> stop() override { return server.stop(); }

    std::string send(const std::string& request) const {
        TcpPeer peer(server.local().port);
        peer.send(request);
        return peer.receive_all();
    }
    std::string get(const std::string& target) const {
        return send("GET " + target + " HTTP/1.0\r\n\r\n");
    }

    std::atomic<bool> can_serve{false};
    http::AdminServer server;
};

}  // namespace

TEST_CASE("the admin server shows metrics and outlives nonsense") {
    Running running;
    running.metrics.counter("lars_things_total", "Things").add(7);
    Admin admin(running);
    const auto running_stop = running.run({&admin});
    CHECK_THAT(admin.get("/metrics"), Contains("lars_things_total 7"));
    CHECK_THAT(admin.get("/metrics"), Contains("text/plain; version=0.0.4"));
    CHECK_THAT(admin.get("/healthz"), Contains("200") && Contains("ok"));
    CHECK_THAT(admin.get("/readyz"), Contains("503"));
    admin.can_serve = true;
    CHECK_THAT(admin.get("/readyz"), Contains("200"));
    CHECK_THAT(admin.send("POST /healthz HTTP/1.0\r\n\r\n"), Contains("405"));
    CHECK(admin.send("nonsense\r\n\r\n").empty());
    CHECK(admin.send(std::string(100'000, 'x')).empty());
    CHECK_THAT(admin.get("/healthz"), Contains("ok"));
}

TEST_CASE("a part's pages may ask other threads, and say what they have") {
    Running running;
    Admin admin(running);
    std::atomic<std::thread::id> asked_in{};
    const auto list = [](http::Request request) -> Awaitable<http::Response> {
        http::Response answer{.content_type = http::kJsonType};
        answer.body = request.path;
        for (const auto& [name, value] : request.query) answer.body += '|' + name + '=' + value;
        co_return answer;
    };
    const auto one = [&](http::Request request) -> Awaitable<http::Response> {
        auto job = [&asked_in, path = request.path] {
            asked_in = std::this_thread::get_id();
            return path.size();
        };
        auto asking = runtime::run_on(running.runtime.executor(1), std::move(job));
        const auto size = co_await std::move(asking);
        co_return http::Response{.status = 202, .body = std::to_string(size)};
    };
    admin.server.add({"/things", "all things", list});
    admin.server.add({"/things/", "one thing", one});
    const auto running_stop = running.run({&admin});

    const auto all = admin.get("/things?after=1%2f2&limit=10&%zz&empty=");
    CHECK_THAT(all, Contains("200") && Contains("Content-Type: application/json"));
    CHECK_THAT(all, Contains("/things|%zz=|after=1/2|empty=|limit=10"));
    CHECK_THAT(admin.get("/things/12345"), Contains("202") && EndsWith("13"));
    CHECK(asked_in.load() != std::thread::id());
    CHECK(asked_in.load() != std::this_thread::get_id());
    const auto nothing = admin.get("/thing");
    CHECK_THAT(nothing, Contains("404") && Contains("/readyz") && Contains("/things/  one thing"));
}

TEST_CASE("a stop waits for the page that is being made") {
    Running running;
    Admin admin(running);
    std::promise<void> begun;
    std::promise<void> go_on;
    std::atomic<bool> ended{false};
    const auto slow = [&](http::Request) -> Awaitable<http::Response> {
        auto job = [&begun, &go_on] {
            begun.set_value();
            go_on.get_future().wait();
            return 1;
        };
        auto asking = runtime::run_on(running.runtime.executor(1), std::move(job));
        co_await std::move(asking);
        ended = true;
        co_return http::Response();
    };
    admin.server.add({"/slow", "waits", slow});
    std::jthread release;
    {
        const auto running_stop = running.run({&admin});
        TcpPeer peer(admin.server.local().port);
        peer.send("GET /slow HTTP/1.0\r\n\r\n");
        begun.get_future().wait();
        release = std::jthread([&] { go_on.set_value(); });
    }
    CHECK(ended);
}
