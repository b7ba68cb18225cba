#include "runtime/nursery.hpp"

#include <exception>
#include <utility>

namespace lars::runtime {

Nursery::Nursery(asio::any_io_executor executor, spdlog::logger& log)
    : tasks_(std::move(executor), log) {}

void Nursery::add(const char* name, Awaitable<> companion) {
    if (running_) return tasks_.spawn(name, std::move(companion));
    companions_.push_back({name, std::move(companion)});
}

Awaitable<> Nursery::run(Awaitable<> main) {
    for (auto& each : companions_) tasks_.spawn(each.name, std::move(each.task));
    companions_.clear();
    running_ = true;
    std::exception_ptr failure;
    try {
        co_await std::move(main);
    } catch (...) {
        failure = std::current_exception();
    }
    // A cancelled caller waits for its companions all the same.
    co_await asio::this_coro::throw_if_cancelled(false);
    tasks_.cancel();
    co_await tasks_.join();
    co_await asio::this_coro::throw_if_cancelled(true);
    if (failure) std::rethrow_exception(failure);
    // `main` may have ended in order although it was cancelled; the caller is to end here.
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    if (cancelled) throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace lars::runtime
