#include "runtime/connect.hpp"

#include "base/endpoint.hpp"
#include "runtime/listen.hpp"
#include "runtime/resolve.hpp"
#include "runtime/task_group.hpp"
#include "support/await.hpp"
#include "support/catch.hpp"

#include <boost/asio/detached.hpp>
#include <spdlog/logger.h>
#include <spdlog/sinks/null_sink.h>

#include <atomic>
#include <future>
#include <thread>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

namespace {

HostAddress address_of(std::uint32_t ipv4) {
    return {Endpoint::from_ipv4(ipv4, 0).address, 0};
}

/// Knows 127.0.0.x by "local", and says nothing about "silent" until it goes.
class Names {
public:
    ~Names() { gone_.set_value(); }
    HostLookup& lookup() { return lookup_; }

private:
    std::promise<void> gone_;
    HostLookup lookup_{[gone = gone_.get_future().share()](const std::string& host) {
        if (host == "silent") gone.wait();
        HostAddresses answer;
        // Nobody listens at the first of them.
        answer.found = {address_of(0x7F000009), address_of(0x7F000001)};
        return answer;
    }};
};

constexpr auto kLong = std::chrono::hours(1);

}  // namespace

TEST_CASE("each address of a name is tried") {
    asio::io_context context(1);
    const auto where = Endpoint::from_ipv4(0x7F000001, 0);
    const auto acceptor = runtime::listen_on(context.get_executor(), where);
    Names names;
    tcp::socket socket(context);
    const runtime::PeerAddress peer{"local", acceptor.local_endpoint().port()};
    const auto error = await(context, runtime::connect(socket, peer, kLong, names.lookup()));
    CHECK_FALSE(error);
    REQUIRE(socket.is_open());
    CHECK(socket.remote_endpoint() == acceptor.local_endpoint());
}

TEST_CASE("a name server that doesn't answer is given up on at the deadline") {
    asio::io_context context(1);
    Names names;
    tcp::socket socket(context);
    const runtime::PeerAddress peer{"silent", 1};
    const auto error = await(context, runtime::connect(socket, peer, 10ms, names.lookup()));
    CHECK(error.message() == "no name server has answered in time");
    CHECK_FALSE(socket.is_open());
}

TEST_CASE("a name that hangs delays no other") {
    asio::io_context context(1);
    const auto where = Endpoint::from_ipv4(0x7F000001, 0);
    const auto acceptor = runtime::listen_on(context.get_executor(), where);
    Names names;
    tcp::socket hanging(context);
    tcp::socket socket(context);
    const runtime::PeerAddress silent{"silent", 1};
    const runtime::PeerAddress peer{"local", acceptor.local_endpoint().port()};
    spdlog::logger log("test", std::make_shared<spdlog::sinks::null_sink_mt>());
    runtime::TaskGroup tasks(context.get_executor(), log);
    const auto hang = [&]() -> Awaitable<> {
        co_await runtime::connect(hanging, silent, kLong, names.lookup());
    };
    const auto connect = [&]() -> Awaitable<error_code> {
        const auto error = co_await runtime::connect(socket, peer, kLong, names.lookup());
        tasks.cancel();
        co_await tasks.join();
        co_return error;
    };
    tasks.spawn("hang", hang());
    // Its end shows that a look-up which hangs can be cancelled and joined.
    CHECK_FALSE(await(context, connect()));
    CHECK(socket.is_open());
    CHECK_FALSE(hanging.is_open());
}

TEST_CASE("what waits for a name may go with its io_context, and the answer comes after that") {
    std::promise<void> release;
    std::promise<void> asked;
    std::atomic<bool> answered{false};
    HostLookup lookup([&, released = release.get_future().share()](const std::string&) {
        asked.set_value();
        released.wait();
        answered = true;
        return HostAddresses{{address_of(0x7F000001)}, {}};
    });
    {
        asio::io_context context(1);
        const auto resolve = [&]() -> Awaitable<> {
            const std::string host = "silent";
            const auto deadline = Clock::now() + kLong;
            co_await runtime::resolve(context.get_executor(), host, deadline, lookup);
        };
        asio::co_spawn(context, resolve(), asio::detached);
        context.poll();
        asked.get_future().wait();
    }
    release.set_value();
    while (!answered) std::this_thread::yield();
}
