#pragma once

#include "runtime/asio.hpp"

#include <mysql.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace lars::store {

/// The library's connection, with its prepared statements. Shared with the call under way, which
/// may outlive the MariadbConnection when an io_context goes with coroutines in it.
struct MariadbHandle {
    MariadbHandle() : raw(mysql_init(nullptr)) {}
    ~MariadbHandle() { drop(); }
    MariadbHandle(const MariadbHandle&) = delete;
    MariadbHandle& operator=(const MariadbHandle&) = delete;

    // Without the cancellation, closing could wait for the server. Statements that have lost their
    // connection are closed without a word to it.
    void drop() {
        if (!raw) return;
        mariadb_cancel(raw);
        mysql_close(std::exchange(raw, nullptr));
        forget_statements();
    }
    void forget_statements() {
        for (const auto& [sql, statement] : statements) mysql_stmt_close(statement);
        statements.clear();
    }

    MYSQL* raw;
    std::map<std::string, MYSQL_STMT*> statements;
};

/// Waits until the library's socket is ready for one of these events. Answers which one is, or
/// MYSQL_WAIT_TIMEOUT at the deadline.
Awaitable<int> ready(
    asio::any_io_executor executor,
    std::shared_ptr<MariadbHandle> handle,
    int events,
    Clock::time_point deadline
);

/// Runs one call of the library to its end: `start`, and as often as it must wait, `resume`.
/// Answers what the call does; nothing: the time was over, and the connection is dropped.
template <class Answer, class Object, class... Arguments>
Awaitable<std::optional<Answer>> drive(
    asio::any_io_executor executor,
    std::shared_ptr<MariadbHandle> handle,
    std::chrono::milliseconds timeout,
    int (*start)(Answer*, Object*, Arguments...),
    int (*resume)(Answer*, Object*, int),
    Object* object,
    std::type_identity_t<Arguments>... arguments
) {
    Answer answer{};
    // Ends the call, so that the library lets go of what it holds, and drops the connection; also
    // when the coroutine is cancelled in the middle.
    struct Abandon {
        MariadbHandle& handle;
        int (*resume)(Answer*, Object*, int);
        Answer* answer;
        Object* object;
        int waiting_for = 0;
        ~Abandon() {
            if (waiting_for == 0 || !handle.raw) return;
            mariadb_cancel(handle.raw);
            resume(answer, object, waiting_for);
            handle.drop();
        }
    } call{*handle, resume, &answer, object};
    const auto deadline = Clock::now() + timeout;
    call.waiting_for = start(&answer, object, arguments...);
    while (call.waiting_for != 0) {
        auto happens = ready(executor, handle, call.waiting_for, deadline);
        const int happened = co_await std::move(happens);
        if (happened == MYSQL_WAIT_TIMEOUT) co_return std::nullopt;
        call.waiting_for = resume(&answer, object, happened);
    }
    co_return answer;
}

}  // namespace lars::store
