#include "store/sqlite_database.hpp"

#include <boost/crc.hpp>

#include <thread>

namespace lars::store {
namespace {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

bool of_older_schema(const std::string& message) {
    for (const auto* said : {"no such table", "no such column", "has no column named"}) {
        if (message.find(said) != std::string::npos) return true;
    }
    return false;
}

ErrorKind kind_of(int code, const std::string& message) {
    switch (code & 0xFF) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorKind::conflict;
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_FULL:
            return ErrorKind::unavailable;
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return ErrorKind::refused;
        default:
            return of_older_schema(message) ? ErrorKind::schema : ErrorKind::internal;
    }
}

void checksum_of_row(sqlite3_context* context, int count, sqlite3_value** values) {
    std::vector<std::uint64_t> row;
    for (int i = 0; i < count; ++i) {
        row.push_back(static_cast<std::uint64_t>(sqlite3_value_int64(values[i])));
    }
    sqlite3_result_int64(context, row_checksum(row));
}

void checksum_of_policy(sqlite3_context* context, int count, sqlite3_value** values) {
    boost::crc_32_type crc;
    for (int i = 0; i < count; ++i) {
        if (i > 0) crc.process_byte(',');
        const auto* text = sqlite3_value_text(values[i]);
        if (text) crc.process_bytes(text, static_cast<std::size_t>(sqlite3_value_bytes(values[i])));
    }
    sqlite3_result_int64(context, crc.checksum());
}

}  // namespace

SqliteDatabase::SqliteDatabase(
    const std::string& path,
    std::chrono::milliseconds busy_timeout,
    const std::atomic<bool>& leaving
)
    : path_(path), busy_timeout_(busy_timeout), leaving_(leaving) {
    sqlite3* raw = nullptr;
    const auto flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const auto code = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
    handle_.reset(raw);
    if (code != SQLITE_OK) fail("open");
    sqlite3_busy_handler(raw, wait_for_lock, this);
    const auto traits = SQLITE_UTF8 | SQLITE_DETERMINISTIC;
    sqlite3_create_function(
        raw, "lars_row_checksum", 5, traits, nullptr, checksum_of_row, nullptr, nullptr
    );
    sqlite3_create_function(
        raw, "lars_policy_checksum", 4, traits, nullptr, checksum_of_policy, nullptr, nullptr
    );
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=NORMAL");
}

int SqliteDatabase::wait_for_lock(void* self, int attempts) {
    auto& database = *static_cast<SqliteDatabase*>(self);
    const auto now = std::chrono::steady_clock::now();
    if (attempts == 0) database.waiting_since_ = now;
    const bool late = now - database.waiting_since_ >= database.busy_timeout_;
    if (late || database.leaving_) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(attempts < 10 ? 1 : 10));
    return 1;
}

void SqliteDatabase::fail(const std::string& doing) const {
    const std::string said = handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory";
    const auto code = handle_ ? sqlite3_extended_errcode(handle_.get()) : SQLITE_NOMEM;
    const auto kind = kind_of(code, said);
    auto message = "SQLite file " + path_ + ", " + doing + ": " + said;
    if (kind == ErrorKind::schema) message += "; run: lars store migrate --store sqlite://" + path_;
    if ((code & 0xFF) == SQLITE_CANTOPEN) message += "; does its directory exist?";
    throw SqliteError({kind, message});
}

void SqliteDatabase::run(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(sql.substr(0, 60));
    }
}

template <class Take>
void SqliteDatabase::step(
    const std::string& sql,
    std::span<const std::uint64_t> numbers,
    std::span<const std::string> texts,
    const Take& take
) {
    sqlite3_stmt* raw = nullptr;
    const auto size = static_cast<int>(sql.size());
    if (sqlite3_prepare_v2(handle_.get(), sql.c_str(), size, &raw, nullptr) != SQLITE_OK) {
        fail(sql.substr(0, 60));
    }
    const Statement statement(raw);
    int parameter = 0;
    for (const auto number : numbers) {
        sqlite3_bind_int64(raw, ++parameter, static_cast<sqlite3_int64>(number));
    }
    for (const auto& text : texts) {
        const auto bytes = static_cast<int>(text.size());
        sqlite3_bind_text(raw, ++parameter, text.data(), bytes, SQLITE_STATIC);
    }
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(raw)) == SQLITE_ROW) take(raw);
    if (code != SQLITE_DONE) fail(sql.substr(0, 60));
}

Table SqliteDatabase::query(const std::string& sql, std::span<const std::uint64_t> numbers) {
    Table table;
    step(sql, numbers, {}, [&table](sqlite3_stmt* row) {
        table.columns = static_cast<std::size_t>(sqlite3_column_count(row));
        for (int i = 0; i < sqlite3_column_count(row); ++i) {
            table.values.push_back(static_cast<std::uint64_t>(sqlite3_column_int64(row, i)));
        }
    });
    return table;
}

TextTable SqliteDatabase::query_text(
    const std::string& sql, std::span<const std::uint64_t> numbers
) {
    TextTable table;
    step(sql, numbers, {}, [&table](sqlite3_stmt* row) {
        table.columns = static_cast<std::size_t>(sqlite3_column_count(row));
        for (int i = 0; i < sqlite3_column_count(row); ++i) {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, i));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, i));
            table.values.emplace_back(text ? text : "", text ? size : 0);
        }
    });
    return table;
}

std::size_t SqliteDatabase::change(
    const std::string& sql,
    std::span<const std::uint64_t> numbers,
    std::span<const std::string> texts
) {
    step(sql, numbers, texts, [](sqlite3_stmt*) {});
    return static_cast<std::size_t>(sqlite3_changes(handle_.get()));
}

SqliteDatabase::Transaction::Transaction(SqliteDatabase& database, Kind kind)
    : database_(database) {
    database_.run(kind == Kind::write ? "BEGIN IMMEDIATE" : "BEGIN");
}

SqliteDatabase::Transaction::~Transaction() {
    if (open_) sqlite3_exec(database_.handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void SqliteDatabase::Transaction::commit() {
    database_.run("COMMIT");
    open_ = false;
}

}  // namespace lars::store
