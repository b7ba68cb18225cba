#include "http/event_queue.hpp"
#include "http/server.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"
#include "support/running.hpp"
#include "support/wait.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <mutex>
#include <vector>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

constexpr std::size_t kMaxBody = 1'000;

Awaitable<http::Response> echo(http::Request request) {
    http::Response response;
    response.status = 201;
    response.body =
        request.method + ' ' + std::string(request.parameter("id")) + ' ' + request.body;
    response.fields = {{"Set-Cookie", "a=1"}, {"Set-Cookie", "b=2"}};
    co_return response;
}

/// Whoever says the word is admitted.
Awaitable<std::optional<http::Response>> admit(http::Request& request) {
    if (request.field("x-word") != "please") co_return http::Response{.status = 401};
    request.caller = std::string("somebody");
    co_return std::nullopt;
}

Awaitable<http::Response> name_caller(http::Request request) {
    co_return http::Response{.body = std::any_cast<std::string>(request.caller)};
}

/// A server of an echo, of a page behind a door, and of events.
class Api {
public:
    explicit Api(http::ServerLimits limits = {.streams = 2}) : server_(make(limits)) {}

    std::string send(const std::string& request) const {
        TcpPeer peer(port());
        peer.send(request);
        return peer.receive_all();
    }
    std::uint16_t port() const { return server_.local().port; }
    Running::Stop run() { return running_.run({&server_}); }

    /// Once a client has come.
    void tell(const std::string& data) {
        std::promise<void> told;
        while (true) {
            std::promise<bool> done;
            asio::post(running_.runtime.executor(0), [&] {
                for (const auto& each : queues_) each->send("news", data);
                done.set_value(!queues_.empty());
            });
            if (done.get_future().get()) return;
        }
    }
    bool all_ended() {
        std::promise<bool> done;
        asio::post(running_.runtime.executor(0), [&] {
            bool all = !queues_.empty();
            for (const auto& each : queues_) all = all && each->ended();
            done.set_value(all);
        });
        return done.get_future().get();
    }

private:
    http::Server make(const http::ServerLimits& limits) {
        http::Router router;
        router.add_field({"X-Frame-Options", "DENY"});
        http::Page page{"/things/{id}", "echo", echo};
        page.method = "PUT";
        page.max_body = kMaxBody;
        router.add(page);
        http::Page behind_door{"/door", "behind a door", name_caller};
        behind_door.method = "POST";
        behind_door.max_body = kMaxBody;
        behind_door.admit = admit;
        router.add(behind_door);
        const auto follow = [this](http::Request) -> Awaitable<http::Response> {
            http::Response response;
            response.events = std::make_shared<http::EventQueue>(running_.runtime.executor(0));
            queues_.push_back(response.events);
            co_return response;
        };
        router.add({"/events", "events", follow});
        return {
            "api",
            running_.runtime.executor(0),
            Endpoint::from_ipv4(0x7F000001, 0),
            std::move(router),
            running_.log,
            limits};
    }

    Running running_;
    std::vector<std::shared_ptr<http::EventQueue>> queues_;
    http::Server server_;
};

std::string put(const std::string& head, const std::string& body) {
    return "PUT /things/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + head + "\r\n" + body;
}

}  // namespace

TEST_CASE("a body comes whole, in one piece or in chunks") {
    Api api;
    const auto stop = api.run();
    const auto whole = api.send(put("Content-Length: 5\r\n", "hello"));
    CHECK_THAT(whole, StartsWith("HTTP/1.1 201") && EndsWith("PUT 7 hello"));
    const auto chunks = put("Transfer-Encoding: chunked\r\n", "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
    CHECK_THAT(api.send(chunks), EndsWith("PUT 7 hello"));
    CHECK_THAT(api.send(put("", "")), EndsWith("PUT 7 "));
    const auto waits = put("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello");
    CHECK_THAT(api.send(waits), StartsWith("HTTP/1.1 100 Continue") && EndsWith("PUT 7 hello"));
}

TEST_CASE("fields go with answers, each as often as it was given") {
    Api api;
    const auto stop = api.run();
    const auto answer = api.send(put("", ""));
    CHECK_THAT(answer, Contains("Set-Cookie: a=1\r\n") && Contains("Set-Cookie: b=2\r\n"));
    CHECK_THAT(answer, Contains("X-Frame-Options: DENY\r\n"));
    CHECK_THAT(api.send("GET /none HTTP/1.0\r\n\r\n"), Contains("X-Frame-Options: DENY\r\n"));
    CHECK_THAT(api.send("nonsense\r\n\r\n"), Contains("X-Frame-Options: DENY\r\n"));
    const auto wrong = api.send("GET /things/7 HTTP/1.0\r\n\r\n");
    CHECK_THAT(wrong, StartsWith("HTTP/1.0 405") && Contains("Allow: PUT\r\n"));
}

TEST_CASE("a body that is too large is refused, whether it says so or not") {
    Api api;
    const auto stop = api.run();
    const auto announced = put("Content-Length: 1000000000\r\n", "");
    CHECK_THAT(api.send(announced), StartsWith("HTTP/1.1 413") && Contains("more than 1000"));
    const auto chunk = "400\r\n" + std::string(0x400, 'x') + "\r\n";
    const auto endless = put("Transfer-Encoding: chunked\r\n", chunk + chunk);
    CHECK_THAT(api.send(endless), StartsWith("HTTP/1.1 413"));
    CHECK_THAT(api.send(put("Content-Length: -1\r\n", "")), StartsWith("HTTP/1.1 400"));
}

TEST_CASE("a connection whose body doesn't come is closed") {
    Api api({.timeout = 50ms});
    const auto stop = api.run();
    CHECK(api.send(put("Content-Length: 5\r\n", "hel")).empty());
}

TEST_CASE("who isn't admitted is told so before the body is read") {
    Api api;
    const auto stop = api.run();
    const auto knock = [&](const std::string& head) {
        return api.send("POST /door HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + head + "\r\n");
    };
    CHECK_THAT(knock("Content-Length: 500\r\n"), StartsWith("HTTP/1.1 401"));
    CHECK_THAT(knock("X-Word: please\r\n"), EndsWith("somebody"));
}

TEST_CASE("events are sent as long as the client is there") {
    Api api;
    const auto stop = api.run();
    {
        TcpPeer peer(api.port());
        peer.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
        api.tell("1");
        api.tell("2");
        std::string text;
        while (text.find("data: 2\n\n") == text.npos) text += peer.receive_some();
        CHECK_THAT(text, Contains("text/event-stream") && Contains("event: news\ndata: 1\n\n"));
        CHECK_FALSE(api.all_ended());
    }
    CHECK(eventually([&] { return api.all_ended(); }));
}

TEST_CASE("a client that reads no events is cut off") {
    Api api({.streams = 1, .timeout = 100ms});
    const auto stop = api.run();
    TcpPeer peer(api.port());
    peer.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string much(100'000, 'x');
    for (int i = 0; i < 2'000 && !api.all_ended(); ++i) api.tell(much);
    CHECK(eventually([&] { return api.all_ended(); }));
}

TEST_CASE("there are so many streams, and they end with the server") {
    Api api;
    TcpPeer* first = nullptr;
    std::vector<std::unique_ptr<TcpPeer>> peers;
    {
        const auto stop = api.run();
        for (int i = 0; i < 2; ++i) {
            auto& peer = *peers.emplace_back(std::make_unique<TcpPeer>(api.port()));
            peer.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
            std::string text;
            while (text.find("\r\n\r\n") == text.npos) text += peer.receive_some();
        }
        first = peers.front().get();
        CHECK_THAT(api.send("GET /events HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 503"));
    }
    first->receive_all();
}

TEST_CASE("beside any number of clients that say nothing, others are served") {
    Api api({.connections = 100});
    const auto stop = api.run();
    std::vector<std::unique_ptr<TcpPeer>> silent;
    for (int i = 0; i < 500; ++i) silent.push_back(std::make_unique<TcpPeer>(api.port()));
    CHECK_THAT(api.send(put("Content-Length: 5\r\n", "hello")), EndsWith("PUT 7 hello"));
    for (int i = 0; i < 300; ++i) CHECK(silent[std::size_t(i)]->receive_all().empty());
}
