#include "store/engine/mariadb/mariadb_connection.hpp"
#include "store/engine/statement_words.hpp"

#include <errmsg.h>

namespace lars::store {
namespace {

// Enough for what one connection does, with the few sizes of its statements of many rows.
constexpr std::size_t kMaxPrepared = 64;

// What the library's calls answer when nothing went wrong.
constexpr std::optional<int> kDone = 0;

MYSQL_BIND bound(std::uint64_t& number) {
    MYSQL_BIND bind{};
    bind.buffer_type = MYSQL_TYPE_LONGLONG;
    bind.buffer = &number;
    bind.is_unsigned = 1;
    return bind;
}

MYSQL_BIND bound(enum_field_types type, char* data, std::size_t size) {
    MYSQL_BIND bind{};
    bind.buffer_type = type;
    bind.buffer = data;
    bind.buffer_length = size;
    return bind;
}

std::vector<MYSQL_BIND> bound(Parameters& parameters) {
    std::vector<MYSQL_BIND> binds;
    binds.reserve(parameters.values().size());
    for (auto& value : parameters.values()) {
        if (value.kind == Parameters::Kind::number) {
            binds.push_back(bound(value.number));
            continue;
        }
        const bool is_text = value.kind == Parameters::Kind::text;
        const auto type = is_text ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
        binds.push_back(bound(type, parameters.data() + value.number, value.size));
    }
    return binds;
}

// Of the row that was fetched.
std::string text_of(MYSQL_STMT* statement, unsigned column, std::size_t size) {
    std::string text(size, '\0');
    auto bind = bound(MYSQL_TYPE_STRING, text.data(), size);
    if (size > 0) mysql_stmt_fetch_column(statement, &bind, column, 0);
    return text;
}

// The whole result has arrived: fetching reads memory only.
bool fetch_row(MYSQL_STMT* statement) {
    const int code = mysql_stmt_fetch(statement);
    return code == 0 || code == MYSQL_DATA_TRUNCATED;
}

}  // namespace

Awaitable<> MariadbConnection::run(std::string sql) {
    const auto code = co_await call(
        mysql_real_query_start, mysql_real_query_cont, handle_->raw, sql.data(), sql.size()
    );
    if (code != kDone) throw failure(words_of(sql));
}

Awaitable<Table> MariadbConnection::query(std::string sql, Parameters parameters) {
    auto* statement = co_await execute(sql, parameters);
    Table table;
    table.columns = mysql_stmt_field_count(statement);
    std::vector<std::uint64_t> row(table.columns);
    std::vector<MYSQL_BIND> columns;
    for (auto& value : row) columns.push_back(bound(value));
    mysql_stmt_bind_result(statement, columns.data());
    co_await store_result(statement, sql);
    table.values.reserve(mysql_stmt_num_rows(statement) * table.columns);
    while (fetch_row(statement)) {
        table.values.insert(table.values.end(), row.begin(), row.end());
    }
    end_result(statement, sql);
    co_return table;
}

Awaitable<TextTable> MariadbConnection::query_text(std::string sql, Parameters parameters) {
    auto* statement = co_await execute(sql, parameters);
    TextTable table;
    table.columns = mysql_stmt_field_count(statement);
    // No room: each text is asked for when its size is known.
    std::vector<unsigned long> sizes(table.columns);
    std::vector<MYSQL_BIND> columns(table.columns);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        columns[i].buffer_type = MYSQL_TYPE_STRING;
        columns[i].length = &sizes[i];
    }
    mysql_stmt_bind_result(statement, columns.data());
    co_await store_result(statement, sql);
    table.values.reserve(mysql_stmt_num_rows(statement) * table.columns);
    while (fetch_row(statement)) {
        for (unsigned i = 0; i < table.columns; ++i) {
            table.values.push_back(text_of(statement, i, sizes[i]));
        }
    }
    end_result(statement, sql);
    co_return table;
}

Awaitable<std::uint64_t> MariadbConnection::change(std::string sql, Parameters parameters) {
    auto* statement = co_await execute(sql, parameters);
    co_return mysql_stmt_affected_rows(statement);
}

// The parameters must live as long as this runs.
Awaitable<MYSQL_STMT*> MariadbConnection::execute(const std::string& sql, Parameters& parameters) {
    auto* statement = co_await prepared(sql);
    auto binds = bound(parameters);
    if (!binds.empty()) mysql_stmt_bind_param(statement, binds.data());
    const auto code = co_await call(mysql_stmt_execute_start, mysql_stmt_execute_cont, statement);
    if (code != kDone) throw failure(statement, sql);
    co_return statement;
}

Awaitable<MYSQL_STMT*> MariadbConnection::prepared(const std::string& sql) {
    auto& kept = handle_->statements;
    if (const auto found = kept.find(sql); found != kept.end()) co_return found->second;
    if (kept.size() >= kMaxPrepared) handle_->forget_statements();
    auto* statement = mysql_stmt_init(handle_->raw);
    kept[sql] = statement;
    const auto code = co_await call(
        mysql_stmt_prepare_start, mysql_stmt_prepare_cont, statement, sql.data(), sql.size()
    );
    if (code == kDone) co_return statement;
    auto why = failure(statement, sql);
    if (is_open()) {
        handle_->statements.erase(sql);
        mysql_stmt_close(statement);
    }
    throw why;
}

Awaitable<> MariadbConnection::store_result(MYSQL_STMT* statement, const std::string& sql) {
    const auto code =
        co_await call(mysql_stmt_store_result_start, mysql_stmt_store_result_cont, statement);
    if (code != kDone) throw failure(statement, sql);
}

void MariadbConnection::end_result(MYSQL_STMT* statement, const std::string& sql) {
    if (mysql_stmt_errno(statement) != 0) throw failure(statement, sql);
    mysql_stmt_free_result(statement);
}

Failure MariadbConnection::failure(MYSQL_STMT* statement, const std::string& sql) {
    const auto doing = words_of(sql);
    if (!is_open()) return failure(CR_SERVER_LOST, "no answer in time", doing);
    return failure(mysql_stmt_errno(statement), mysql_stmt_error(statement), doing);
}

}  // namespace lars::store
