#include "http/server.hpp"

#include "http/operator_pages.hpp"
#include "runtime/run_on.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"

#include <atomic>
#include <future>
#include <thread>

using namespace lars;
using namespace lars::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

/// A server on context 0 of a runtime that isn't running yet.
struct Pages {
    explicit Pages(Running& running, http::Router router, const http::ServerLimits& limits = {})
        : server(
              "pages",
              running.runtime.executor(0),
              Endpoint::from_ipv4(0x7F000001, 0),
              std::move(router),
              running.log,
              limits
          ) {}

    std::string send(const std::string& request) const {
        TcpPeer peer(server.local().port);
        peer.send(request);
        return peer.receive_all();
    }
    std::string get(const std::string& target) const {
        return send("GET " + target + " HTTP/1.0\r\n\r\n");
    }

    http::Server server;
};

http::Router one_page(const std::string& path, http::Response response = {}) {
    http::Router router;
    const auto answer = [response](http::Request) -> Awaitable<http::Response> {
        co_return response;
    };
    router.add({path, "a page", answer});
    return router;
}

}  // namespace

TEST_CASE("HEAD is answered like GET without the body, and the connection stays usable") {
    Running running;
    Pages pages(running, one_page("/page", {.body = "what GET gets"}));
    const auto stop = running.run({&pages.server});
    TcpPeer peer(pages.server.local().port);
    peer.send("HEAD /page HTTP/1.1\r\nHost: a\r\n\r\n");
    peer.send("GET /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const auto answers = peer.receive_all();
    CAPTURE(answers);
    const auto second = answers.find("HTTP/1.1 200", 1);
    REQUIRE(second != std::string::npos);
    CHECK_THAT(answers.substr(0, second), Contains("Content-Length: 13\r\n"));
    CHECK_THAT(answers.substr(0, second), EndsWith("\r\n\r\n"));
    CHECK_THAT(answers.substr(second), EndsWith("what GET gets"));
}

TEST_CASE("operators see metrics, whether the process runs, and whether it can serve") {
    Running running;
    running.metrics.counter("lars_things_total", "Things").add(7);
    std::atomic<bool> can_serve{false};
    http::HealthChecks checks;
    checks.readiness = [&can_serve] {
        http::Readiness readiness;
        if (!can_serve) readiness.problems.emplace_back("the store: refused");
        readiness.remarks.emplace_back("dns: lost");
        return readiness;
    };
    http::Router router;
    for (auto& page : http::operator_pages(running.metrics, checks)) router.add(std::move(page));
    Pages pages(running, std::move(router));
    const auto running_stop = running.run({&pages.server});
    CHECK_THAT(pages.get("/metrics"), Contains("lars_things_total 7"));
    CHECK_THAT(pages.get("/metrics"), Contains("text/plain; version=0.0.4"));
    CHECK_THAT(pages.get("/healthz"), Contains("200") && Contains("ok"));
    CHECK_THAT(
        pages.get("/readyz"),
        Contains("503") && EndsWith("not ready\nthe store: refused\ndns: lost\n")
    );
    can_serve = true;
    CHECK_THAT(pages.get("/readyz"), Contains("200") && EndsWith("\r\n\r\nready\ndns: lost\n"));
    CHECK_THAT(pages.get("/ready"), Contains("404") && Contains("/readyz  whether"));
}

TEST_CASE("what isn't a request for a page is answered with what is wrong, and hurts nobody") {
    Running running;
    Pages pages(running, one_page("/page"));
    const auto running_stop = running.run({&pages.server});
    CHECK_THAT(pages.send("POST /page HTTP/1.0\r\n\r\n"), Contains("405"));
    CHECK_THAT(pages.send("POST /page HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), Contains("405"));
    CHECK_THAT(pages.send("GET /page HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), Contains("413"));
    CHECK_THAT(pages.send("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
    CHECK_THAT(pages.send(std::string(100'000, 'x')), StartsWith("HTTP/1.1 4"));
    const auto endless = "GET /page HTTP/1.1\r\nX: " + std::string(100'000, 'x');
    CHECK_THAT(pages.send(endless), StartsWith("HTTP/1.1 431"));
    CHECK_THAT(pages.get("/page?%zz"), Contains("400") && Contains("not a path"));
    CHECK_THAT(pages.get("*"), Contains("400"));
    CHECK_THAT(pages.get("/page"), StartsWith("HTTP/1.0 200"));
}

TEST_CASE("a connection is kept for further requests, unless the client closes it") {
    Running running;
    Pages pages(running, one_page("/page", {.body = "hello"}));
    const auto running_stop = running.run({&pages.server});
    const auto twice = pages.send(
        "GET /page HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    CHECK(twice.find("hello") != twice.rfind("hello"));
    CHECK_THAT(twice, EndsWith("hello"));
}

TEST_CASE("clients that say nothing are given up, and so are those above the limit") {
    Running running;
    const http::ServerLimits limits{.connections = 1, .timeout = std::chrono::milliseconds(50)};
    Pages pages(running, one_page("/page", {.body = "hello"}), limits);
    const auto running_stop = running.run({&pages.server});
    TcpPeer silent(pages.server.local().port);
    TcpPeer further(pages.server.local().port);
    CHECK(further.receive_all().empty());
    CHECK(silent.receive_all().empty());
}

TEST_CASE("pages may ask other threads, and say what they have") {
    Running running;
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
    http::Router router;
    router.add({"/things", "all things", list});
    router.add({"/things/", "one thing", one});
    Pages pages(running, std::move(router));
    const auto running_stop = running.run({&pages.server});

    const auto all = pages.get("/things?after=1%2f2&limit=10&empty=");
    CHECK_THAT(all, Contains("200") && Contains("Content-Type: application/json"));
    CHECK_THAT(all, Contains("/things|after=1/2|empty=|limit=10"));
    CHECK_THAT(pages.get("/things/12345"), Contains("202") && EndsWith("13"));
    CHECK(asked_in.load() != std::thread::id());
    CHECK(asked_in.load() != std::this_thread::get_id());
}

TEST_CASE("a stop waits for the page that is being made") {
    Running running;
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
    http::Router router;
    router.add({"/slow", "waits", slow});
    Pages pages(running, std::move(router));
    std::jthread release;
    {
        const auto running_stop = running.run({&pages.server});
        TcpPeer peer(pages.server.local().port);
        peer.send("GET /slow HTTP/1.0\r\n\r\n");
        begun.get_future().wait();
        release = std::jthread([&] { go_on.set_value(); });
    }
    CHECK(ended);
}
