#include "runtime/runtime.hpp"

#include <boost/asio/post.hpp>

#include <csignal>
#include <exception>
#include <thread>

namespace lars::runtime {
namespace {

std::vector<std::unique_ptr<asio::io_context>> make_contexts(std::size_t count) {
    std::vector<std::unique_ptr<asio::io_context>> contexts;
    for (std::size_t i = 0; i < count; ++i) {
        contexts.push_back(std::make_unique<asio::io_context>(1));
    }
    return contexts;
}

}  // namespace

Runtime::Runtime(const Options& options, spdlog::logger& log)
    : options_(options),
      log_(log),
      contexts_(make_contexts(options.threads)),
      tasks_(executor(0), log),
      stop_wanted_(executor(0)) {}

Runtime::~Runtime() = default;

Runtime::Ended Runtime::run(std::span<Part* const> parts, const std::function<void()>& ready) {
    for (auto& context : contexts_) guards_.emplace_back(context->get_executor());
    // Before anything starts: a signal that comes early is an orderly stop too.
    if (options_.handle_signals) signals_.emplace(executor(0), SIGINT, SIGTERM);
    std::exception_ptr failure;
    try {
        for (auto* part : parts) {
            part->start();
            started_.push_back(part);
        }
        if (ready) ready();
    } catch (...) {
        failure = std::current_exception();
        request_stop();
    }
    if (signals_) tasks_.spawn("signals", await_signals());
    tasks_.spawn("orderly stop", stop_in_order());

    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < contexts_.size(); ++i) {
        threads.emplace_back([this, i] { options_.run_context(*contexts_[i], i); });
    }
    options_.run_context(*contexts_[0], 0);
    threads.clear();
    if (failure) std::rethrow_exception(failure);
    return forced_ ? Ended::forced : Ended::drained;
}

void Runtime::request_stop() {
    asio::post(executor(0), [this] { stop_wanted_.notify(); });
}

Awaitable<> Runtime::await_signals() {
    const auto [first_error, first] = co_await signals_->async_wait(nothrow);
    if (first_error) co_return;
    log_.info("{}: stopping", first == SIGINT ? "SIGINT" : "SIGTERM");
    stop_wanted_.notify();
    // A Ctrl-C in a terminal reaches a script and its programs, and the script then sends SIGTERM:
    // only the same signal again means that nobody wants to wait.
    int again = 0;
    while (again != first) {
        const auto [error, signal] = co_await signals_->async_wait(nothrow);
        if (error) co_return;
        again = signal;
    }
    log_.warn("a second signal: leaving without waiting");
    stop_contexts();
}

Awaitable<> Runtime::stop_in_order() {
    co_await stop_wanted_.wait();
    tasks_.spawn("drain deadline", watch_drain());
    for (auto part = started_.rbegin(); part != started_.rend(); ++part) {
        log_.debug("stopping {}", (*part)->name());
        co_await (*part)->stop();
    }
    guards_.clear();
    tasks_.cancel();
}

Awaitable<> Runtime::watch_drain() {
    asio::steady_timer timer(executor(0), options_.drain_timeout);
    const auto [error] = co_await timer.async_wait(nothrow);
    if (error) co_return;
    log_.error("not stopped within {} ms: leaving without waiting", options_.drain_timeout.count());
    stop_contexts();
}

void Runtime::stop_contexts() {
    forced_ = true;
    for (auto& context : contexts_) context->stop();
}

}  // namespace lars::runtime
