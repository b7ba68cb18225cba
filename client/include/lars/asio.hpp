#pragma once

/// Choosing and calling in coroutines on Boost.Asio; or on standalone Asio, where
/// LARS_STANDALONE_ASIO is defined before this is included. Needs C++20.

#include "lars/attempts.hpp"
#include "lars/pending.hpp"

#ifdef LARS_STANDALONE_ASIO
#include <asio/any_io_executor.hpp>
#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/strand.hpp>
#include <asio/this_coro.hpp>
#include <asio/use_awaitable.hpp>
#else
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#endif

#include <memory>
#include <utility>
#include <vector>

namespace lars {

#ifdef LARS_STANDALONE_ASIO
namespace net = ::asio;
using net_error = std::error_code;
#else
namespace net = ::boost::asio;
using net_error = ::boost::system::error_code;
#endif

namespace detail {

/// Waits until one of a question's sockets is readable, or its time has come.
class Readiness {
public:
    Readiness(const net::any_io_executor& executor, const PendingChoice& pending)
        : timer_(std::make_shared<net::steady_timer>(executor, pending.wakes())) {
        for (const auto socket : pending.sockets()) {
            auto& watched = sockets_.emplace_back(executor, socket);
            watched.async_wait(
                net::posix::stream_descriptor::wait_read,
                [timer = timer_](const net_error&) { timer->cancel(); }
            );
        }
    }
    // They stay the client's.
    ~Readiness() {
        for (auto& each : sockets_) each.release();
    }
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    net::steady_timer& timer() { return *timer_; }

private:
    std::shared_ptr<net::steady_timer> timer_;
    std::vector<net::posix::stream_descriptor> sockets_;
};

/// On a strand, since several things are waited for at once.
inline net::awaitable<Choice> choose_on_strand(Client& client, Module module, Request request) {
    const auto executor = co_await net::this_coro::executor;
    PendingChoice pending(client, module, request);
    while (!pending.advance()) {
        Readiness readiness(executor, pending);
        net_error ended;
        co_await readiness.timer().async_wait(net::redirect_error(net::use_awaitable, ended));
    }
    co_return pending.choice();
}

}  // namespace detail

/// As Client::choose(). The thread isn't held while the agent is asked. The client lives longer.
inline net::awaitable<Choice> async_choose(Client& client, Module module, Request request = {}) {
    const auto executor = co_await net::this_coro::executor;
    auto strand = net::make_strand(executor);
    auto choosing = detail::choose_on_strand(client, std::move(module), std::move(request));
    auto choice = co_await net::co_spawn(strand, std::move(choosing), net::use_awaitable);
    co_return choice;
}

/// As Client::call() with a function that is a coroutine: it gets the Host, and the moment by which
/// it should be done, and answers net::awaitable<Outcome>. What it throws ends the call, which is
/// then reported as failed.
template <class Function>
net::awaitable<CallResult> async_call(
    Client& client, Module module, Function function, CallOptions options = {}
) {
    Attempts attempts(client, module, std::move(options));
    while (auto request = attempts.ask()) {
        auto choosing = async_choose(client, module, std::move(*request));
        auto choice = co_await std::move(choosing);
        const auto* host = attempts.take(std::move(choice));
        if (!host) break;
        auto calling = function(*host, attempts.deadline());
        const Outcome outcome = co_await std::move(calling);
        attempts.end(outcome);
    }
    co_return attempts.result();
}

}  // namespace lars
