#pragma once

#include "runtime/event.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <spdlog/logger.h>

#include <list>

namespace lars::runtime {

/// Coroutines that live and end together. Their owner cancels *and* joins them before it goes: they
/// refer to it. For coroutines that accompany another one, there is Nursery.
///
/// Threads: belongs to one executor, on which its tasks run and all of its functions are called;
/// only spawn() may be called from elsewhere, before that executor runs. Cancellation: a cancelled
/// task ends at its next co_await. Errors: an exception that leaves a task is logged with the
/// task's name, and ends only that task; operation_aborted isn't logged.
class TaskGroup {
public:
    TaskGroup(asio::any_io_executor executor, spdlog::logger& log);
    /// There must be no task left.
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// Starts a task; one that joins a cancelled group is cancelled at once. `name`, for the log,
    /// is a literal.
    void spawn(const char* name, Awaitable<> task);
    /// Cancels all tasks, and all that come later.
    void cancel();
    /// Waits until no task is left. Whoever may be cancelled meanwhile, and goes with the group,
    /// awaits this with `throw_if_cancelled(false)`: it then waits to the end all the same.
    Awaitable<> join();

    /// Tasks that haven't ended.
    std::size_t size() const { return tasks_.size(); }

private:
    struct Task {
        const char* name;
        asio::cancellation_signal cancel;
    };

    void finish(std::list<Task>::iterator task, const std::exception_ptr& failure);

    asio::any_io_executor executor_;
    spdlog::logger& log_;
    std::list<Task> tasks_;
    Event emptied_;
    bool cancelled_ = false;
};

}  // namespace lars::runtime
