#include "store/mariadb_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <errmsg.h>
#include <mysqld_error.h>
#include <sys/socket.h>

namespace lars::store {
namespace {

namespace asio = boost::asio;
using asio::experimental::make_parallel_group;
using asio::experimental::wait_for_one;

ErrorKind kind_of(unsigned code) {
    switch (code) {
        case ER_ACCESS_DENIED_ERROR:
        case ER_DBACCESS_DENIED_ERROR:
        case ER_TABLEACCESS_DENIED_ERROR:
        case ER_SPECIFIC_ACCESS_DENIED_ERROR:
        case ER_BINLOG_CREATE_ROUTINE_NEED_SUPER:
            return ErrorKind::refused;
        case ER_NO_SUCH_TABLE:
        case ER_BAD_FIELD_ERROR:
            return ErrorKind::schema;
        case ER_LOCK_DEADLOCK:
        case ER_LOCK_WAIT_TIMEOUT:
            return ErrorKind::conflict;
        case ER_CON_COUNT_ERROR:
        case ER_SERVER_SHUTDOWN:
        case ER_CONNECTION_KILLED:
            return ErrorKind::unavailable;
        default:
            return code >= CR_MIN_ERROR && code <= CR_MAX_ERROR ? ErrorKind::unavailable
                                                                : ErrorKind::internal;
    }
}

// Closing the handle while a call is suspended ends that call; without the shutdown it could wait
// for the server.
void drop(MYSQL* handle) {
    const auto descriptor = mysql_get_socket(handle);
    if (descriptor != MARIADB_INVALID_SOCKET) ::shutdown(static_cast<int>(descriptor), SHUT_RDWR);
    mysql_close(handle);
}

}  // namespace

struct MariadbConnection::Statement {
    explicit Statement(MYSQL* handle) : raw(mysql_stmt_init(handle)) {}
    // Local only if the connection was dropped meanwhile; else one small packet, not waited for.
    ~Statement() {
        if (raw) mysql_stmt_close(raw);
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    MYSQL_STMT* raw;
};

/// Closes the connection when a coroutine is cancelled in the middle of a call.
struct MariadbConnection::Abandon {
    MariadbConnection& connection;
    bool armed = true;
    ~Abandon() {
        if (armed) connection.close();
    }
};

MariadbConnection::MariadbConnection(asio::any_io_executor executor, const Url& url)
    : executor_(std::move(executor)), url_(url) {}

MariadbConnection::~MariadbConnection() {
    close();
}

void MariadbConnection::close() {
    if (handle_) drop(std::exchange(handle_, nullptr));
}

asio::awaitable<int> MariadbConnection::ready(int events) {
    // Borrowed for one wait: the library owns, and may replace, the descriptor.
    asio::posix::stream_descriptor descriptor(
        executor_, static_cast<int>(mysql_get_socket(handle_))
    );
    struct Release {
        asio::posix::stream_descriptor& borrowed;
        ~Release() { borrowed.release(); }
    } const release{descriptor};
    asio::steady_timer timer(executor_, deadline_);
    const bool reading = (events & MYSQL_WAIT_READ) != 0;
    const auto direction = reading ? asio::posix::stream_descriptor::wait_read
                                   : asio::posix::stream_descriptor::wait_write;
    auto race = make_parallel_group(
        descriptor.async_wait(direction, asio::deferred), timer.async_wait(asio::deferred)
    );
    const auto [order, error, late] = co_await race.async_wait(wait_for_one(), asio::deferred);
    if (order[0] != 0) co_return MYSQL_WAIT_TIMEOUT;
    co_return reading ? MYSQL_WAIT_READ : MYSQL_WAIT_WRITE;
}

template <class Start, class Continue>
asio::awaitable<bool> MariadbConnection::drive(const Start& start, const Continue& resume) {
    Abandon abandon{*this};
    int status = start();
    while (status != 0) {
        const int happened = co_await ready(status);
        if (happened == MYSQL_WAIT_TIMEOUT) {
            timed_out_ = true;
            co_return false;
        }
        status = resume(happened);
    }
    abandon.armed = false;
    co_return true;
}

MariadbConnection::Awaited<> MariadbConnection::open() {
    close();
    if (!url_.path.empty()) {
        const std::string local = "localhost";
        co_return co_await open_host(local, 0);
    }
    Result<void> last = Error{ErrorKind::invalid, "no host in the store's URL"};
    for (const auto& host : url_.hosts) {
        asio::ip::tcp::resolver resolver(executor_);
        const auto service = std::to_string(host.port);
        const auto nothrow = asio::as_tuple(asio::deferred);
        const auto [error, found] = co_await resolver.async_resolve(host.name, service, nothrow);
        if (error) {
            last = Error{ErrorKind::unavailable, "host " + host.name + ": " + error.message()};
            continue;
        }
        for (const auto& each : found) {
            const auto address = each.endpoint().address().to_string();
            last = co_await open_host(address, host.port);
            if (last) co_return last;
            if (last.error().kind == ErrorKind::refused) co_return last;
        }
    }
    co_return last;
}

MariadbConnection::Awaited<> MariadbConnection::open_host(
    const std::string& address, std::uint16_t port
) {
    timed_out_ = false;
    handle_ = mysql_init(nullptr);
    mysql_options(handle_, MYSQL_OPT_NONBLOCK, nullptr);
    mysql_options(handle_, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    MYSQL* connected = nullptr;
    const auto* socket = url_.path.empty() ? nullptr : url_.path.c_str();
    const auto start = [&] {
        return mysql_real_connect_start(
            &connected,
            handle_,
            address.c_str(),
            url_.user.c_str(),
            url_.password.c_str(),
            url_.database.c_str(),
            port,
            socket,
            0
        );
    };
    const auto resume = [&](int happened) {
        return mysql_real_connect_cont(&connected, handle_, happened);
    };
    const bool ended = co_await drive(start, resume);
    if (ended && connected) co_return Result<void>();
    auto error = failure("connect");
    close();
    co_return error;
}

MariadbConnection::Awaited<> MariadbConnection::run(std::string sql) {
    int code = 0;
    const auto start = [&] {
        return mysql_real_query_start(&code, handle_, sql.data(), sql.size());
    };
    const auto resume = [&](int happened) {
        return mysql_real_query_cont(&code, handle_, happened);
    };
    const bool ended = co_await drive(start, resume);
    if (!ended || code != 0) co_return failure(sql.substr(0, 80));
    co_return Result<void>();
}

MariadbConnection::Awaited<Table> MariadbConnection::query(
    std::string sql, std::vector<std::uint64_t> parameters
) {
    const Statement statement(handle_);
    const auto doing = sql.substr(0, 80);
    int code = 0;

    const auto prepare = [&] {
        return mysql_stmt_prepare_start(&code, statement.raw, sql.data(), sql.size());
    };
    const auto prepare_on = [&](int happened) {
        return mysql_stmt_prepare_cont(&code, statement.raw, happened);
    };
    bool ended = co_await drive(prepare, prepare_on);
    if (!ended || code != 0) co_return statement_failure(statement, doing);

    std::vector<MYSQL_BIND> binds(parameters.size());
    for (std::size_t i = 0; i < binds.size(); ++i) {
        binds[i].buffer_type = MYSQL_TYPE_LONGLONG;
        binds[i].buffer = &parameters[i];
        binds[i].is_unsigned = 1;
    }
    if (!binds.empty()) mysql_stmt_bind_param(statement.raw, binds.data());

    const auto execute = [&] { return mysql_stmt_execute_start(&code, statement.raw); };
    const auto execute_on = [&](int happened) {
        return mysql_stmt_execute_cont(&code, statement.raw, happened);
    };
    ended = co_await drive(execute, execute_on);
    if (!ended || code != 0) co_return statement_failure(statement, doing);

    Table table;
    table.columns = mysql_stmt_field_count(statement.raw);
    if (table.columns == 0) {
        changed_ = mysql_stmt_affected_rows(statement.raw);
        co_return table;
    }

    std::vector<std::uint64_t> row(table.columns);
    std::vector<MYSQL_BIND> columns(table.columns);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        columns[i].buffer_type = MYSQL_TYPE_LONGLONG;
        columns[i].buffer = &row[i];
        columns[i].is_unsigned = 1;
    }
    mysql_stmt_bind_result(statement.raw, columns.data());
    const auto take = [&] { return mysql_stmt_store_result_start(&code, statement.raw); };
    const auto take_on = [&](int happened) {
        return mysql_stmt_store_result_cont(&code, statement.raw, happened);
    };
    ended = co_await drive(take, take_on);
    if (!ended || code != 0) co_return statement_failure(statement, doing);
    // The whole result has arrived: fetching reads memory only.
    while ((code = mysql_stmt_fetch(statement.raw)) == 0 || code == MYSQL_DATA_TRUNCATED) {
        table.values.insert(table.values.end(), row.begin(), row.end());
    }
    if (code != MYSQL_NO_DATA) co_return statement_failure(statement, doing);
    co_return table;
}

Error MariadbConnection::failure(const std::string& doing) {
    if (!handle_ || timed_out_) return error_of(CR_SERVER_LOST, "no answer in time", doing);
    return error_of(mysql_errno(handle_), mysql_error(handle_), doing);
}

Error MariadbConnection::statement_failure(const Statement& statement, const std::string& doing) {
    if (!handle_ || timed_out_) return error_of(CR_SERVER_LOST, "no answer in time", doing);
    return error_of(mysql_stmt_errno(statement.raw), mysql_stmt_error(statement.raw), doing);
}

Error MariadbConnection::error_of(
    unsigned code, const std::string& said, const std::string& doing
) {
    const auto kind = kind_of(code);
    auto message = to_string(url_) + ", " + doing + ": " + said;
    if (kind == ErrorKind::schema) {
        message += "; run: lars store migrate --store '" + to_string(url_) + "'";
    } else if (code == ER_BINLOG_CREATE_ROUTINE_NEED_SUPER) {
        message +=
            "; migrate as a user with that privilege, "
            "or set log_bin_trust_function_creators=1 meanwhile";
    } else if (code == ER_ACCESS_DENIED_ERROR && url_.password.empty()) {
        message += "; no password was given: set LARS_STORE_PASSWORD";
    }
    if (kind == ErrorKind::unavailable) close();
    return {kind, std::move(message)};
}

}  // namespace lars::store
