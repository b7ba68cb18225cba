#pragma once

#include "runtime/event.hpp"
#include "runtime/task_group.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <spdlog/logger.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lars::runtime {

/// A part of a process that is started once and stopped once.
class Part {
public:
    virtual ~Part() = default;
    virtual std::string name() const = 0;
    /// Opens what it needs and spawns its coroutines; called before any context runs. Throws
    /// StartError.
    virtual void start() = 0;
    /// Delivers or saves what it holds, cancels and joins its coroutines. Called on context 0.
    virtual Awaitable<> stop() = 0;
};

/// Contexts, each run by one thread, and an orderly stop. Made before the parts that use it, so
/// that it dies last. Context 0 runs on the thread that calls run().
class Runtime {
public:
    struct Options {
        std::size_t threads = 1;
        /// How long the parts may take to stop.
        std::chrono::milliseconds drain_timeout{5'000};
        /// Stop at SIGINT and SIGTERM; at a second one without waiting.
        bool handle_signals = true;
        /// Runs the context of that index to its end, on its thread. For measurements, which may
        /// look at the clock between handlers.
        std::function<void(asio::io_context&, std::size_t)> run_context =
            [](asio::io_context& context, std::size_t) { context.run(); };
    };

    Runtime(const Options& options, spdlog::logger& log);
    ~Runtime();

    asio::io_context& context(std::size_t index) { return *contexts_[index]; }
    asio::any_io_executor executor(std::size_t index) { return contexts_[index]->get_executor(); }
    std::size_t size() const { return contexts_.size(); }

    enum class Ended { drained, forced };

    /// Starts the parts in their order, calls `ready`, and after a stop is asked for stops them in
    /// reverse. Throws what a part's start threw, with the others stopped. After `forced`, parts
    /// still hold coroutines: leave the process without destroying them.
    Ended run(std::span<Part* const> parts, const std::function<void()>& ready = {});

    /// Any thread.
    void request_stop();

private:
    using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

    Awaitable<> await_signals();
    Awaitable<> conduct();
    Awaitable<> watch_drain();
    void stop_contexts();

    Options options_;
    spdlog::logger& log_;
    std::vector<std::unique_ptr<asio::io_context>> contexts_;
    std::vector<WorkGuard> guards_;
    TaskGroup tasks_;
    Event stop_wanted_;
    std::optional<asio::signal_set> signals_;
    std::vector<Part*> started_;
    std::atomic<bool> forced_{false};
};

}  // namespace lars::runtime
