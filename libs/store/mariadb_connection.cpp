#include "store/mariadb_handle.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <errmsg.h>
#include <mysqld_error.h>

#include <utility>

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
        case ER_UNKNOWN_COM_ERROR:  // a Galera node that has no part in the cluster just now
            return ErrorKind::unavailable;
        default:
            return code >= CR_MIN_ERROR && code <= CR_MAX_ERROR ? ErrorKind::unavailable
                                                                : ErrorKind::internal;
    }
}

// A transaction that Galera ends in favour of another node's while it opens a table leaves that
// table's triggers broken for everyone on its server, until the server opens the table anew.
bool trigger_is_broken(unsigned code, const std::string& said) {
    return code == ER_PARSE_ERROR && said.find("has an error in its body") != std::string::npos;
}

}  // namespace

MariadbConnection::MariadbConnection(asio::any_io_executor executor, const Url& url)
    : executor_(std::move(executor)), url_(url) {}

MariadbConnection::~MariadbConnection() {
    close();
}

bool MariadbConnection::is_open() const {
    return handle_ && handle_->raw;
}

void MariadbConnection::close() {
    if (handle_) handle_->drop();
    handle_.reset();
}

asio::awaitable<int> MariadbConnection::ready(
    std::shared_ptr<Handle> handle, int events, std::chrono::steady_clock::time_point deadline
) {
    // Borrowed for one wait: the library owns, and may replace, the descriptor.
    asio::posix::stream_descriptor descriptor(
        executor_, static_cast<int>(mysql_get_socket(handle->raw))
    );
    struct Release {
        asio::posix::stream_descriptor& borrowed;
        ~Release() { borrowed.release(); }
    } const release{descriptor};
    asio::steady_timer timer(executor_, deadline);
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

MariadbConnection::Awaited<> MariadbConnection::open(std::chrono::milliseconds timeout_per_host) {
    close();
    const auto timeout = std::exchange(timeout_, timeout_per_host);
    Result<void> last = Error{ErrorKind::invalid, "no host in the store's URL"};
    if (!url_.path.empty()) {
        const std::string local = "localhost";
        last = co_await connect(local, 0);
    }
    const auto first = host_;
    for (std::size_t i = 0; url_.path.empty() && i < url_.hosts.size(); ++i) {
        host_ = (first + i) % url_.hosts.size();
        last = co_await open_host(url_.hosts[host_]);
        if (last || last.error().kind == ErrorKind::refused) break;
    }
    timeout_ = timeout;
    co_return last;
}

MariadbConnection::Awaited<> MariadbConnection::open_host(const Url::Host& host) {
    boost::system::error_code not_numeric;
    const auto address = asio::ip::make_address(host.name, not_numeric);
    if (!not_numeric) {
        const auto text = address.to_string();
        co_return co_await connect(text, host.port);
    }
    asio::ip::tcp::resolver resolver(executor_);
    asio::steady_timer deadline(executor_, timeout_);
    const auto service = std::to_string(host.port);
    auto race = make_parallel_group(
        resolver.async_resolve(host.name, service, asio::deferred),
        deadline.async_wait(asio::deferred)
    );
    const auto [order, error, found, late] =
        co_await race.async_wait(wait_for_one(), asio::deferred);
    const auto why = order[0] == 0 ? error.message() : "its name isn't resolved in time";
    Result<void> last = Error{ErrorKind::unavailable, "host " + host.name + ": " + why};
    for (const auto& each : found) {
        const auto text = each.endpoint().address().to_string();
        last = co_await connect(text, host.port);
        if (last || last.error().kind == ErrorKind::refused) break;
    }
    co_return last;
}

MariadbConnection::Awaited<> MariadbConnection::connect(
    const std::string& address, std::uint16_t port
) {
    timed_out_ = false;
    handle_ = std::make_shared<Handle>();
    auto* raw = handle_->raw;
    mysql_options(raw, MYSQL_OPT_NONBLOCK, nullptr);
    mysql_options(raw, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const unsigned off = 0;
    mysql_options(raw, MYSQL_OPT_LOCAL_INFILE, &off);
    MYSQL* connected = nullptr;
    const auto* socket = url_.path.empty() ? nullptr : url_.path.c_str();
    const auto start = [&] {
        return mysql_real_connect_start(
            &connected,
            raw,
            address.c_str(),
            url_.user.c_str(),
            url_.password.c_str(),
            url_.database.c_str(),
            port,
            socket,
            0
        );
    };
    const auto resume = [&connected, raw](int happened) {
        return mysql_real_connect_cont(&connected, raw, happened);
    };
    const bool ended = co_await drive(start, resume);
    if (ended && connected) co_return co_await settle();
    auto error = failure("connect");
    close();
    co_return error;
}

// What a snapshot relies on; and in a Galera cluster a read waits for what was committed before it
// on other nodes. A server without the cluster's variable has nothing to wait for.
MariadbConnection::Awaited<> MariadbConnection::settle() {
    const std::string isolation = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ";
    auto done = co_await run(isolation);
    if (!done) co_return done;
    const std::string causality = "SET SESSION wsrep_sync_wait = 1";
    done = co_await run(causality);
    if (!done && !is_open()) co_return done;
    co_return Result<void>();
}

MariadbConnection::Awaited<> MariadbConnection::run(std::string sql) {
    int code = 0;
    auto* raw = handle_->raw;
    const auto start = [&] { return mysql_real_query_start(&code, raw, sql.data(), sql.size()); };
    const auto resume = [&code, raw](int happened) {
        return mysql_real_query_cont(&code, raw, happened);
    };
    const bool ended = co_await drive(start, resume);
    if (!ended || code != 0) co_return failure(sql.substr(0, 80));
    co_return Result<void>();
}

Error MariadbConnection::failure(const std::string& doing) {
    if (!is_open() || timed_out_) return error_of(CR_SERVER_LOST, "no answer in time", doing);
    return error_of(mysql_errno(handle_->raw), mysql_error(handle_->raw), doing);
}

Error MariadbConnection::error_of(
    unsigned code, const std::string& said, const std::string& doing
) {
    const bool broken = trigger_is_broken(code, said);
    const auto kind = broken ? ErrorKind::unavailable : kind_of(code);
    auto message = to_string(url_) + ", " + doing + ": " + said;
    if (broken) {
        message += "; if the trigger is in order, run FLUSH TABLES on that server";
    } else if (kind == ErrorKind::schema) {
        message += "; run: lars store migrate --store '" + to_string(url_) + "'";
    } else if (code == ER_BINLOG_CREATE_ROUTINE_NEED_SUPER) {
        message +=
            "; migrate as a user with that privilege, "
            "or set log_bin_trust_function_creators=1 meanwhile";
    } else if (code == ER_ACCESS_DENIED_ERROR && url_.password.empty()) {
        message += "; no password was given: set LARS_STORE_PASSWORD";
    }
    if (kind == ErrorKind::unavailable) {
        close();
        host_ = (host_ + 1) % hosts();
    }
    return {kind, std::move(message)};
}

}  // namespace lars::store
