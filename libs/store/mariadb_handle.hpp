#pragma once

#include "store/mariadb_connection.hpp"

#include <map>
#include <utility>

namespace lars::store {

/// The library's connection, with its prepared statements. Shared with the call under way, which
/// may outlive the MariadbConnection when an io_context goes with coroutines in it.
struct MariadbConnection::Handle {
    Handle() : raw(mysql_init(nullptr)) {}
    ~Handle() { drop(); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    // Without the shutdown, closing could wait for the server. Statements that have lost their
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

template <class Start, class Continue>
boost::asio::awaitable<bool> MariadbConnection::drive(const Start& start, const Continue& resume) {
    // Ends the call, so that the library lets go of what it holds, and closes the connection;
    // also when the coroutine is cancelled in the middle.
    struct Abandon {
        std::shared_ptr<Handle> handle;
        const Continue& resume;
        int waiting_for = 0;
        ~Abandon() {
            if (waiting_for == 0 || !handle->raw) return;
            mariadb_cancel(handle->raw);
            resume(waiting_for);
            handle->drop();
        }
    } abandon{handle_, resume};
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    abandon.waiting_for = start();
    while (abandon.waiting_for != 0) {
        auto happens = ready(abandon.handle, abandon.waiting_for, deadline);
        const int happened = co_await std::move(happens);
        if (happened == MYSQL_WAIT_TIMEOUT) {
            timed_out_ = true;
            co_return false;
        }
        abandon.waiting_for = resume(happened);
    }
    co_return true;
}

}  // namespace lars::store
