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

template <class T = void>
using Awaitable = asio::awaitable<T>;

using Clock = std::chrono::steady_clock;

/// What sessions and links run over; the one place that TLS would change.
using Stream = tcp::socket;

/// Completion token: the error is the first element of what co_await answers.
inline constexpr auto nothrow = asio::as_tuple(asio::deferred);

}  // namespace lars
