#pragma once

#include "runtime/event.hpp"

#include <boost/asio/post.hpp>

#include <optional>
#include <type_traits>

namespace lars::runtime {

/// Runs `job` on another executor and answers what it returns, by value. The job must not throw,
/// and the other executor must run: this waits to the end, cancelled or not.
template <class Job>
Awaitable<std::invoke_result_t<Job&>> ask(asio::any_io_executor other, Job job) {
    const auto here = co_await asio::this_coro::executor;
    std::optional<std::invoke_result_t<Job&>> answer;
    Event answered(here);
    auto work = [&answer, &answered, &job, here] {
        auto give = [&answer, &answered, value = job()]() mutable {
            answer = std::move(value);
            answered.notify();
        };
        asio::post(here, std::move(give));
    };
    asio::post(other, std::move(work));
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!answer) co_await answered.wait();
    co_await asio::this_coro::throw_if_cancelled(true);
    co_return std::move(*answer);
}

}  // namespace lars::runtime
