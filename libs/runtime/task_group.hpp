#pragma once

#include "runtime/event.hpp"

#include <boost/asio/cancellation_signal.hpp>
#include <spdlog/logger.h>

#include <list>

namespace lars::runtime {

/// Coroutines that live and end together. The owner cancels *and* joins before it goes.
///
/// Belongs to one executor, on which its tasks run and all of its functions are called; only
/// before that executor runs may spawn() be called from elsewhere. A cancelled task ends at its
/// next co_await; an exception that leaves a task is logged with the task's name and ends only it.
class TaskGroup {
public:
    TaskGroup(asio::any_io_executor executor, spdlog::logger& log);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    /// `name` is a literal.
    void spawn(const char* name, Awaitable<> task);
    void cancel();
    /// Waits for all. Whoever may be cancelled meanwhile, and goes with the group, awaits this with
    /// `throw_if_cancelled(false)`: it then waits to the end all the same.
    Awaitable<> join();

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
