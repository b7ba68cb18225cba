#include "store/mariadb_handle.hpp"

#include <errmsg.h>

namespace lars::store {
namespace {

constexpr std::size_t kMaxPrepared = 64;

MYSQL_BIND bound(std::uint64_t& number) {
    MYSQL_BIND bind{};
    bind.buffer_type = MYSQL_TYPE_LONGLONG;
    bind.buffer = &number;
    bind.is_unsigned = 1;
    return bind;
}

MYSQL_BIND bound(std::string& text) {
    MYSQL_BIND bind{};
    bind.buffer_type = MYSQL_TYPE_STRING;
    bind.buffer = text.data();
    bind.buffer_length = text.size();
    return bind;
}

MYSQL_BIND bound(Parameters::Value& value) {
    if (value.is_number()) return bound(value.number);
    MYSQL_BIND bind{};
    bind.buffer_type = MYSQL_TYPE_BLOB;
    bind.buffer = value.bytes.data();
    bind.buffer_length = value.size;
    return bind;
}

// Of the row that was fetched.
std::string text_of(MYSQL_STMT* statement, unsigned column, std::size_t size) {
    std::string text(size, '\0');
    auto bind = bound(text);
    if (size > 0) mysql_stmt_fetch_column(statement, &bind, column, 0);
    return text;
}

}  // namespace

MariadbConnection::Awaited<MYSQL_STMT*> MariadbConnection::prepared(const std::string& sql) {
    auto& kept = handle_->statements;
    if (const auto found = kept.find(sql); found != kept.end()) co_return found->second;
    if (kept.size() >= kMaxPrepared) handle_->forget_statements();
    auto* statement = mysql_stmt_init(handle_->raw);
    kept[sql] = statement;
    int code = 0;
    const auto start = [&] {
        return mysql_stmt_prepare_start(&code, statement, sql.data(), sql.size());
    };
    const auto resume = [&code, statement](int happened) {
        return mysql_stmt_prepare_cont(&code, statement, happened);
    };
    const bool ended = co_await drive(start, resume);
    if (ended && code == 0) co_return statement;
    auto error = statement_failure(statement, sql.substr(0, 80));
    if (is_open()) {
        handle_->statements.erase(sql);
        mysql_stmt_close(statement);
    }
    co_return error;
}

MariadbConnection::Awaited<MYSQL_STMT*> MariadbConnection::execute(
    std::string sql, std::vector<std::uint64_t> numbers, std::vector<std::string> texts
) {
    std::vector<MYSQL_BIND> binds;
    for (auto& number : numbers) binds.push_back(bound(number));
    for (auto& text : texts) binds.push_back(bound(text));
    auto executing = execute(std::move(sql), std::move(binds));
    co_return co_await std::move(executing);
}

MariadbConnection::Awaited<MYSQL_STMT*> MariadbConnection::execute(
    std::string sql, Parameters parameters
) {
    std::vector<MYSQL_BIND> binds;
    binds.reserve(parameters.values().size());
    for (auto& value : parameters.values()) binds.push_back(bound(value));
    auto executing = execute(std::move(sql), std::move(binds));
    co_return co_await std::move(executing);
}

// What is bound must live as long as this runs.
MariadbConnection::Awaited<MYSQL_STMT*> MariadbConnection::execute(
    std::string sql, std::vector<MYSQL_BIND> binds
) {
    const auto found = co_await prepared(sql);
    if (!found) co_return found.error();
    auto* statement = *found;
    if (!binds.empty()) mysql_stmt_bind_param(statement, binds.data());
    int code = 0;
    const auto start = [&] { return mysql_stmt_execute_start(&code, statement); };
    const auto resume = [&code, statement](int happened) {
        return mysql_stmt_execute_cont(&code, statement, happened);
    };
    const bool ended = co_await drive(start, resume);
    if (!ended || code != 0) co_return statement_failure(statement, sql.substr(0, 80));
    co_return statement;
}

MariadbConnection::Awaited<> MariadbConnection::store_result(
    MYSQL_STMT* statement, const std::string& doing
) {
    int code = 0;
    const auto start = [&] { return mysql_stmt_store_result_start(&code, statement); };
    const auto resume = [&code, statement](int happened) {
        return mysql_stmt_store_result_cont(&code, statement, happened);
    };
    const bool ended = co_await drive(start, resume);
    if (!ended || code != 0) co_return statement_failure(statement, doing);
    co_return Result<void>();
}

MariadbConnection::Awaited<Table> MariadbConnection::query(
    std::string sql, std::vector<std::uint64_t> numbers, std::vector<std::string> texts
) {
    const auto doing = sql.substr(0, 80);
    auto executing = execute(std::move(sql), std::move(numbers), std::move(texts));
    const auto executed = co_await std::move(executing);
    if (!executed) co_return executed.error();
    auto* statement = *executed;
    Table table;
    table.columns = mysql_stmt_field_count(statement);
    if (table.columns == 0) {
        changed_ = mysql_stmt_affected_rows(statement);
        co_return table;
    }
    std::vector<std::uint64_t> row(table.columns);
    std::vector<MYSQL_BIND> columns;
    for (auto& value : row) columns.push_back(bound(value));
    mysql_stmt_bind_result(statement, columns.data());
    const auto stored = co_await store_result(statement, doing);
    if (!stored) co_return stored.error();
    // The whole result has arrived: fetching reads memory only.
    table.values.reserve(mysql_stmt_num_rows(statement) * table.columns);
    int code = 0;
    while ((code = mysql_stmt_fetch(statement)) == 0 || code == MYSQL_DATA_TRUNCATED) {
        table.values.insert(table.values.end(), row.begin(), row.end());
    }
    if (code != MYSQL_NO_DATA) co_return statement_failure(statement, doing);
    mysql_stmt_free_result(statement);
    co_return table;
}

MariadbConnection::Awaited<TextTable> MariadbConnection::query_text(
    std::string sql, std::vector<std::uint64_t> numbers
) {
    const auto doing = sql.substr(0, 80);
    std::vector<std::string> no_texts;
    auto executing = execute(std::move(sql), std::move(numbers), std::move(no_texts));
    const auto executed = co_await std::move(executing);
    if (!executed) co_return executed.error();
    auto reading = texts_of(*executed, doing);
    co_return co_await std::move(reading);
}

MariadbConnection::Awaited<TextTable> MariadbConnection::query_text(
    std::string sql, Parameters parameters
) {
    const auto doing = sql.substr(0, 80);
    auto executing = execute(std::move(sql), std::move(parameters));
    const auto executed = co_await std::move(executing);
    if (!executed) co_return executed.error();
    auto reading = texts_of(*executed, doing);
    co_return co_await std::move(reading);
}

MariadbConnection::Awaited<std::uint64_t> MariadbConnection::change(
    std::string sql, Parameters parameters
) {
    auto executing = execute(std::move(sql), std::move(parameters));
    const auto executed = co_await std::move(executing);
    if (!executed) co_return executed.error();
    changed_ = mysql_stmt_affected_rows(*executed);
    co_return changed_;
}

MariadbConnection::Awaited<TextTable> MariadbConnection::texts_of(
    MYSQL_STMT* statement, std::string doing
) {
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
    const auto stored = co_await store_result(statement, doing);
    if (!stored) co_return stored.error();
    int code = 0;
    while ((code = mysql_stmt_fetch(statement)) == 0 || code == MYSQL_DATA_TRUNCATED) {
        for (unsigned i = 0; i < table.columns; ++i) {
            table.values.push_back(text_of(statement, i, sizes[i]));
        }
    }
    if (code != MYSQL_NO_DATA) co_return statement_failure(statement, doing);
    mysql_stmt_free_result(statement);
    co_return table;
}

Error MariadbConnection::statement_failure(MYSQL_STMT* statement, const std::string& doing) {
    if (!is_open() || timed_out_) return error_of(CR_SERVER_LOST, "no answer in time", doing);
    return error_of(mysql_stmt_errno(statement), mysql_stmt_error(statement), doing);
}

}  // namespace lars::store
