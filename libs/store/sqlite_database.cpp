#include "store/sqlite_database.hpp"

#include <boost/crc.hpp>

#include <thread>

namespace lars::store {
namespace {

constexpr std::size_t kMaxPrepared = 64;

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

namespace {

void bind_numbers(sqlite3_stmt* statement, std::span<const std::uint64_t> numbers) {
    int parameter = 0;
    for (const auto number : numbers) {
        sqlite3_bind_int64(statement, ++parameter, static_cast<sqlite3_int64>(number));
    }
}

void bind_parameters(sqlite3_stmt* statement, const Parameters& parameters) {
    int position = 0;
    for (const auto& value : parameters.values()) {
        ++position;
        if (value.is_number()) {
            sqlite3_bind_int64(statement, position, static_cast<sqlite3_int64>(value.number));
        } else {
            sqlite3_bind_blob(statement, position, value.bytes.data(), value.size, SQLITE_STATIC);
        }
    }
}

void take_texts(sqlite3_stmt* row, TextTable& table) {
    table.columns = static_cast<std::size_t>(sqlite3_column_count(row));
    for (int i = 0; i < sqlite3_column_count(row); ++i) {
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, i));
        const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, i));
        table.values.emplace_back(bytes ? bytes : "", bytes ? size : 0);
    }
}

}  // namespace

sqlite3_stmt* SqliteDatabase::prepared(const std::string& sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
        return found->second.get();
    }
    if (statements_.size() >= kMaxPrepared) statements_.clear();
    sqlite3_stmt* raw = nullptr;
    const auto size = static_cast<int>(sql.size());
    if (sqlite3_prepare_v2(handle_.get(), sql.c_str(), size, &raw, nullptr) != SQLITE_OK) {
        fail(sql.substr(0, 60));
    }
    statements_[sql].reset(raw);
    return raw;
}

void SqliteDatabase::step(const std::string& sql, const Bind& bind, const Take& take) {
    auto* statement = prepared(sql);
    // Whatever happens, it lets go of its locks and of what was bound.
    struct Reset {
        sqlite3_stmt* statement;
        ~Reset() {
            sqlite3_reset(statement);
            sqlite3_clear_bindings(statement);
        }
    } const reset{statement};
    bind(statement);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) take(statement);
    if (code != SQLITE_DONE) fail(sql.substr(0, 60));
}

Table SqliteDatabase::query(const std::string& sql, std::span<const std::uint64_t> numbers) {
    Table table;
    const auto bind = [numbers](sqlite3_stmt* statement) { bind_numbers(statement, numbers); };
    step(sql, bind, [&table](sqlite3_stmt* row) {
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
    const auto bind = [numbers](sqlite3_stmt* statement) { bind_numbers(statement, numbers); };
    step(sql, bind, [&table](sqlite3_stmt* row) { take_texts(row, table); });
    return table;
}

TextTable SqliteDatabase::query_text(const std::string& sql, const Parameters& parameters) {
    TextTable table;
    const auto bind = [&](sqlite3_stmt* statement) { bind_parameters(statement, parameters); };
    step(sql, bind, [&table](sqlite3_stmt* row) { take_texts(row, table); });
    return table;
}

std::size_t SqliteDatabase::change(
    const std::string& sql,
    std::span<const std::uint64_t> numbers,
    std::span<const std::string> texts
) {
    const auto bind = [&](sqlite3_stmt* statement) {
        bind_numbers(statement, numbers);
        auto parameter = static_cast<int>(numbers.size());
        for (const auto& text : texts) {
            const auto bytes = static_cast<int>(text.size());
            sqlite3_bind_text(statement, ++parameter, text.data(), bytes, SQLITE_STATIC);
        }
    };
    step(sql, bind, [](sqlite3_stmt*) {});
    return static_cast<std::size_t>(sqlite3_changes(handle_.get()));
}

std::size_t SqliteDatabase::change(const std::string& sql, const Parameters& parameters) {
    const auto bind = [&](sqlite3_stmt* statement) { bind_parameters(statement, parameters); };
    step(sql, bind, [](sqlite3_stmt*) {});
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
