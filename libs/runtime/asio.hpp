#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>

#include <chrono>

namespace lars {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;

/// What every coroutine of ours returns. It runs on the executor that it was spawned on, and starts
/// when it is awaited or spawned, not when it is called.
template <class T = void>
using Awaitable = asio::awaitable<T>;

/// The clock of all deadlines and intervals; it never goes back.
using Clock = std::chrono::steady_clock;

/// Completion token that reports errors as values: the error is the first element of what co_await
/// returns. Only a coroutine that was cancelled before still throws, at its next co_await.
inline constexpr auto nothrow = asio::as_tuple(asio::deferred);

}  // namespace lars
