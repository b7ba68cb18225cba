#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace lars::test {

/// Runs a coroutine to its end on the context, which nobody else runs.
template <class T>
T await(boost::asio::io_context& context, boost::asio::awaitable<T> task) {
    auto future = boost::asio::co_spawn(context, std::move(task), boost::asio::use_future);
    context.restart();
    context.run();
    return future.get();
}

}  // namespace lars::test
