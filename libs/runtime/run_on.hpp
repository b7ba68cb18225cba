#pragma once

#include "runtime/event.hpp"

#include <boost/asio/post.hpp>

#include <optional>
#include <type_traits>

namespace lars::runtime {

/// Runs `job` on another executor and returns its result, by value, on the caller's executor: the
/// way to read what belongs to another thread.
///
/// The job must not throw. The other executor must run until the job is done: this waits to the
/// end, cancelled or not, because the job refers to the waiting coroutine. A cancellation that came
/// meanwhile takes effect at the caller's next co_await.
template <class Job>
Awaitable<std::invoke_result_t<Job&>> run_on(asio::any_io_executor other, Job job) {
    const auto here = co_await asio::this_coro::executor;
    std::optional<std::invoke_result_t<Job&>> result;
    Event finished(here);
    auto work = [&result, &finished, &job, here] {
        auto deliver = [&result, &finished, value = job()]() mutable {
            result = std::move(value);
            finished.notify();
        };
        asio::post(here, std::move(deliver));
    };
    asio::post(other, std::move(work));
    co_await asio::this_coro::throw_if_cancelled(false);
    while (!result) co_await finished.wait();
    co_await asio::this_coro::throw_if_cancelled(true);
    co_return std::move(*result);
}

}  // namespace lars::runtime
