#include "runtime/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <cassert>
#include <vector>

namespace lars::runtime {
namespace {

// Asio ends a spawned coroutine that never waited with one more co_await of its own, which throws
// out of the io_context if the coroutine was cancelled meanwhile: so the cancellation ends here.
Awaitable<> contained(Awaitable<> task) {
    std::exception_ptr failure;
    try {
        co_await std::move(task);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::reset_cancellation_state();
    if (failure) std::rethrow_exception(failure);
}

}  // namespace

TaskGroup::TaskGroup(asio::any_io_executor executor, spdlog::logger& log)
    : executor_(executor), log_(log), emptied_(executor) {}

TaskGroup::~TaskGroup() {
    assert(tasks_.empty() && "a TaskGroup is joined before it goes");
}

void TaskGroup::spawn(const char* name, Awaitable<> task) {
    const auto entry = tasks_.emplace(tasks_.end());
    entry->name = name;
    const auto done = [this, entry](const std::exception_ptr& failure) { finish(entry, failure); };
    asio::co_spawn(
        executor_,
        contained(std::move(task)),
        asio::bind_cancellation_slot(entry->cancel.slot(), done)
    );
    if (cancelled_) entry->cancel.emit(asio::cancellation_type::terminal);
}

void TaskGroup::cancel() {
    cancelled_ = true;
    std::vector<Task*> running;
    for (auto& task : tasks_) running.push_back(&task);
    for (auto* task : running) task->cancel.emit(asio::cancellation_type::terminal);
}

Awaitable<> TaskGroup::join() {
    while (!tasks_.empty()) co_await emptied_.wait();
}

void TaskGroup::finish(std::list<Task>::iterator task, const std::exception_ptr& failure) {
    try {
        if (failure) std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
        if (error.code() != asio::error::operation_aborted) {
            log_.error("{} failed: {}", task->name, error.what());
        }
    } catch (const std::exception& error) {
        log_.error("{} failed: {}", task->name, error.what());
    }
    tasks_.erase(task);
    if (tasks_.empty()) emptied_.notify();
}

}  // namespace lars::runtime
