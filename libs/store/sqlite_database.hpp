#pragma once

#include "store/parameters.hpp"
#include "store/rows.hpp"

#include <sqlite3.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>

namespace lars::store {

/// Thrown by SqliteDatabase, which runs on a thread of its own.
class SqliteError : public std::runtime_error {
public:
    explicit SqliteError(Error error)
        : std::runtime_error(error.message), error_(std::move(error)) {}
    const Error& error() const { return error_; }

private:
    Error error_;
};

/// One SQLite file, synchronous: WAL mode, other writers waited for. Throws SqliteError. It stays
/// where it is: SQLite holds its address.
class SqliteDatabase {
public:
    /// Another writer is waited for that long, unless `leaving` becomes true.
    SqliteDatabase(
        const std::string& path,
        std::chrono::milliseconds busy_timeout,
        const std::atomic<bool>& leaving
    );

    void run(const std::string& sql);
    Table query(const std::string& sql, std::span<const std::uint64_t> numbers = {});
    TextTable query_text(const std::string& sql, std::span<const std::uint64_t> numbers = {});
    /// Answers how many rows the statement changed. Its parameters are the numbers, then the texts.
    std::size_t change(
        const std::string& sql,
        std::span<const std::uint64_t> numbers,
        std::span<const std::string> texts = {}
    );

    TextTable query_text(const std::string& sql, const Parameters& parameters);
    std::size_t change(const std::string& sql, const Parameters& parameters);

    /// Rolls back unless committed.
    class Transaction {
    public:
        enum class Kind { read, write };
        Transaction(SqliteDatabase& database, Kind kind);
        ~Transaction();
        void commit();

    private:
        SqliteDatabase& database_;
        bool open_ = true;
    };

private:
    /// Binds a statement's parameters.
    using Bind = std::function<void(sqlite3_stmt*)>;
    /// Takes one row of a result.
    using Take = std::function<void(sqlite3_stmt*)>;

    void step(const std::string& sql, const Bind& bind, const Take& take);
    sqlite3_stmt* prepared(const std::string& sql);
    [[noreturn]] void fail(const std::string& doing) const;
    static int wait_for_lock(void* self, int attempts);

    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::string path_;
    std::chrono::milliseconds busy_timeout_;
    const std::atomic<bool>& leaving_;
    std::chrono::steady_clock::time_point waiting_since_;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
    std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace lars::store
