#pragma once

#include "store/engine/connection.hpp"

#include <sqlite3.h>

#include <atomic>
#include <map>
#include <memory>

namespace lars::store {

extern const Dialect kSqliteDialect;

/// Gives SQLite the function lars_crc32(…), which answers what MariaDB's
/// CRC32(CONCAT_WS(',', …)) does of values that aren't NULL.
void add_crc32(sqlite3* handle);

/// What to do about a SQLite file that isn't there.
enum class IfMissing { fail, make };

/// One SQLite file, in WAL mode. Each statement blocks the thread and completes at once; other
/// writers are waited for. It stays where it is: SQLite holds its address.
class SqliteConnection final : public Connection {
public:
    /// Another writer is waited for that long, unless `leaving` becomes true. Throws Failure.
    SqliteConnection(
        const std::string& path,
        IfMissing if_missing,
        std::chrono::milliseconds busy_timeout,
        const std::atomic<bool>& leaving
    );

    const Dialect& dialect() const override;
    Awaitable<> run(std::string sql) override;
    Awaitable<Table> query(std::string sql, Parameters parameters = {}) override;
    Awaitable<TextTable> query_text(std::string sql, Parameters parameters = {}) override;
    Awaitable<std::uint64_t> change(std::string sql, Parameters parameters = {}) override;
    /// There is no server to wait for.
    void set_timeout(std::chrono::milliseconds) override {}
    bool is_open() const override { return handle_ != nullptr; }
    void close() override;

    /// Whether the path has another file than the one that is open, or none: what is read and
    /// written here is nobody's any more.
    bool moved() const;

private:
    void open(IfMissing if_missing);
    void execute(const std::string& sql);
    // Runs a prepared statement, and `take_row(statement)` for each row.
    template <class TakeRow>
    void step(const std::string& sql, Parameters& parameters, const TakeRow& take_row);
    sqlite3_stmt* prepared(const std::string& sql);
    [[noreturn]] void fail(const std::string& doing) const;
    static int wait_for_lock(void* self, int attempts);

    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    std::string path_;
    std::uint64_t device_ = 0;  // that the file is on
    std::chrono::milliseconds busy_timeout_;
    const std::atomic<bool>& leaving_;
    Clock::time_point waiting_since_;
    std::unique_ptr<sqlite3, Close> handle_;
    std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
};

}  // namespace lars::store
