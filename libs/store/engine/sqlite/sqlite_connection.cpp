#include "store/engine/sqlite/sqlite_connection.hpp"

#include "store/engine/sqlite/sqlite_companions.hpp"
#include "store/engine/sqlite/sqlite_errors.hpp"
#include "store/engine/statement_words.hpp"

#include <sys/stat.h>

#include <optional>
#include <thread>

namespace lars::store {
namespace {

constexpr std::size_t kMaxPrepared = 64;

std::optional<struct stat> status_of(const std::string& path) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return {};
    return status;
}

void bind(sqlite3_stmt* statement, Parameters& parameters) {
    int position = 0;
    for (const auto& value : parameters.values()) {
        ++position;
        const auto* begin = parameters.data() + value.number;
        const auto size = static_cast<int>(value.size);
        switch (value.kind) {
            case Parameters::Kind::number:
                sqlite3_bind_int64(statement, position, static_cast<sqlite3_int64>(value.number));
                break;
            case Parameters::Kind::text:
                sqlite3_bind_text(statement, position, begin, size, SQLITE_STATIC);
                break;
            case Parameters::Kind::bytes:
                sqlite3_bind_blob(statement, position, begin, size, SQLITE_STATIC);
                break;
        }
    }
}

}  // namespace

SqliteConnection::SqliteConnection(
    const std::string& path,
    IfMissing if_missing,
    std::chrono::milliseconds busy_timeout,
    const std::atomic<bool>& leaving
)
    : path_(path), busy_timeout_(busy_timeout), leaving_(leaving) {
    const SqliteCompanions companions(path_);
    companions.discard_strays();
    open(if_missing);
    sqlite3_busy_handler(handle_.get(), wait_for_lock, this);
    add_crc32(handle_.get());
    const auto status = status_of(path_);
    if (status) device_ = status->st_dev;
    // An empty file is nobody's store yet, and this would write to it.
    if (if_missing == IfMissing::make || (status && status->st_size > 0)) {
        execute("PRAGMA journal_mode=WAL");
    }
    execute("PRAGMA synchronous=NORMAL");
    // The first reading makes the companions.
    execute("SELECT COUNT(*) FROM sqlite_master");
    if (!moved()) companions.note();
}

void SqliteConnection::open(IfMissing if_missing) {
    sqlite3* raw = nullptr;
    const auto make = if_missing == IfMissing::make ? SQLITE_OPEN_CREATE : 0;
    const auto flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | make;
    const auto code = sqlite3_open_v2(path_.c_str(), &raw, flags, nullptr);
    handle_.reset(raw);
    if (code == SQLITE_OK) return;
    if (make == 0 && !status_of(path_) && errno == ENOENT) throw Failure(sqlite_missing(path_));
    fail("opening it");
}

bool SqliteConnection::moved() const {
    int moved = 0;
    sqlite3_file_control(handle_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (moved != 0) return true;
    // SQLite compares the inode only.
    const auto status = status_of(path_);
    return !status || status->st_dev != device_;
}

int SqliteConnection::wait_for_lock(void* self, int attempts) {
    auto& connection = *static_cast<SqliteConnection*>(self);
    const auto now = Clock::now();
    if (attempts == 0) connection.waiting_since_ = now;
    const bool late = now - connection.waiting_since_ >= connection.busy_timeout_;
    if (late || connection.leaving_) return 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(attempts < 10 ? 1 : 10));
    return 1;
}

void SqliteConnection::fail(const std::string& doing) const {
    const std::string said = handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory";
    const auto code = handle_ ? sqlite3_extended_errcode(handle_.get()) : SQLITE_NOMEM;
    throw Failure(sqlite_error(path_, code, said, doing));
}

const Dialect& SqliteConnection::dialect() const {
    return kSqliteDialect;
}

void SqliteConnection::close() {
    statements_.clear();
    handle_.reset();
}

void SqliteConnection::execute(const std::string& sql) {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(words_of(sql));
    }
}

sqlite3_stmt* SqliteConnection::prepared(const std::string& sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
        return found->second.get();
    }
    if (statements_.size() >= kMaxPrepared) statements_.clear();
    sqlite3_stmt* raw = nullptr;
    const auto size = static_cast<int>(sql.size());
    if (sqlite3_prepare_v2(handle_.get(), sql.c_str(), size, &raw, nullptr) != SQLITE_OK) {
        fail(words_of(sql));
    }
    statements_[sql].reset(raw);
    return raw;
}

template <class TakeRow>
void SqliteConnection::step(
    const std::string& sql, Parameters& parameters, const TakeRow& take_row
) {
    auto* statement = prepared(sql);
    // Whatever happens, it lets go of its locks and of what was bound.
    struct Reset {
        sqlite3_stmt* statement;
        ~Reset() {
            sqlite3_reset(statement);
            sqlite3_clear_bindings(statement);
        }
    } const reset{statement};
    bind(statement, parameters);
    int code = SQLITE_ROW;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) take_row(statement);
    if (code != SQLITE_DONE) fail(words_of(sql));
}

Awaitable<> SqliteConnection::run(std::string sql) {
    execute(sql);
    co_return;
}

Awaitable<Table> SqliteConnection::query(std::string sql, Parameters parameters) {
    Table table;
    step(sql, parameters, [&table](sqlite3_stmt* row) {
        table.columns = static_cast<std::size_t>(sqlite3_column_count(row));
        for (int i = 0; i < sqlite3_column_count(row); ++i) {
            table.values.push_back(static_cast<std::uint64_t>(sqlite3_column_int64(row, i)));
        }
    });
    co_return table;
}

Awaitable<TextTable> SqliteConnection::query_text(std::string sql, Parameters parameters) {
    TextTable table;
    step(sql, parameters, [&table](sqlite3_stmt* row) {
        table.columns = static_cast<std::size_t>(sqlite3_column_count(row));
        for (int i = 0; i < sqlite3_column_count(row); ++i) {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, i));
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, i));
            table.values.emplace_back(bytes ? bytes : "", bytes ? size : 0);
        }
    });
    co_return table;
}

Awaitable<std::uint64_t> SqliteConnection::change(std::string sql, Parameters parameters) {
    step(sql, parameters, [](sqlite3_stmt*) {});
    co_return static_cast<std::uint64_t>(sqlite3_changes(handle_.get()));
}

}  // namespace lars::store
