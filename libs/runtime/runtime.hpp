#pragma once

#include "runtime/event.hpp"
#include "runtime/part.hpp"
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
#include <vector>

namespace lars::runtime {

/// The threads of a process, and its orderly stop: as many contexts as threads, each run by one
/// thread, so that what belongs to one context needs no lock. Context 0 runs on the thread that
/// calls run().
///
/// Made before the parts that use it, so that it dies last. Unless said otherwise, a function is
/// called by the thread that made this object, or on context 0.
class Runtime {
public:
    struct Options {
        /// Contexts, each with a thread; at least 1.
        std::size_t threads = 1;
        /// How long all parts together may take to stop.
        std::chrono::milliseconds drain_timeout{5'000};
        /// Stop at SIGINT and SIGTERM; leave without waiting when the same signal comes again.
        bool handle_signals = true;
        /// Runs the context of that index to its end, on its thread. For measurements, which may
        /// look at the clock between handlers.
        std::function<void(asio::io_context&, std::size_t)> run_context =
            [](asio::io_context& context, std::size_t) { context.run(); };
    };

    Runtime(const Options& options, spdlog::logger& log);
    ~Runtime();

    /// Any thread, all three.
    asio::io_context& context(std::size_t index) { return *contexts_[index]; }
    asio::any_io_executor executor(std::size_t index) { return contexts_[index]->get_executor(); }
    std::size_t size() const { return contexts_.size(); }

    enum class Ended {
        drained,  ///< all parts have stopped
        forced,   ///< the drain timeout was over, or a second signal came
    };

    /// Starts the parts in their order, calls `ready`, serves until a stop is requested, and stops
    /// the parts in reverse order. To be called once.
    ///
    /// Throws what a part's start() threw, after those that had started have stopped. After
    /// `forced`, parts still hold coroutines: leave the process without destroying them.
    Ended run(std::span<Part* const> parts, const std::function<void()>& ready = {});

    /// Begins the orderly stop. Any thread, any number of times, also before run().
    void request_stop();

private:
    using WorkGuard = asio::executor_work_guard<asio::io_context::executor_type>;

    Awaitable<> await_signals();
    Awaitable<> stop_in_order();
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
