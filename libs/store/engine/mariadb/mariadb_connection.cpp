#include "store/engine/mariadb/mariadb_connection.hpp"

#include "runtime/resolve.hpp"
#include "store/engine/mariadb/mariadb_errors.hpp"

#include <errmsg.h>

#include <algorithm>

namespace lars::store {

MariadbConnection::MariadbConnection(asio::any_io_executor executor, Url url)
    : executor_(std::move(executor)), url_(std::move(url)) {}

MariadbConnection::~MariadbConnection() {
    MariadbConnection::close();
}

const Dialect& MariadbConnection::dialect() const {
    return kMariadbDialect;
}

std::size_t MariadbConnection::hosts() const {
    return std::max<std::size_t>(url_.hosts.size(), 1);
}

bool MariadbConnection::is_open() const {
    return handle_ && handle_->raw;
}

void MariadbConnection::close() {
    if (handle_) handle_->drop();
    handle_.reset();
}

Awaitable<> MariadbConnection::open() {
    close();
    std::optional<Error> failed = Error{ErrorKind::invalid, "no host in the store's URL"};
    if (!url_.path.empty()) {
        auto trying = try_address("localhost", 0);
        failed = co_await std::move(trying);
    }
    const auto first = host_;
    for (std::size_t i = 0; url_.path.empty() && i < url_.hosts.size(); ++i) {
        host_ = (first + i) % url_.hosts.size();
        auto trying = try_host(url_.hosts[host_]);
        failed = co_await std::move(trying);
        if (!failed || failed->kind == ErrorKind::refused) break;
    }
    if (failed) throw Failure(std::move(*failed));
}

Awaitable<std::optional<Error>> MariadbConnection::try_host(const Url::Host& host) {
    const auto found = co_await runtime::resolve(executor_, host.name, Clock::now() + timeout_);
    const auto why = "host " + host.name + ": " + found.error.message();
    std::optional<Error> failed = Error{ErrorKind::unavailable, why};
    for (const auto& address : found.addresses) {
        auto trying = try_address(address.to_string(), host.port);
        failed = co_await std::move(trying);
        if (!failed || failed->kind == ErrorKind::refused) break;
    }
    co_return failed;
}

Awaitable<std::optional<Error>> MariadbConnection::try_address(
    std::string address, std::uint16_t port
) {
    try {
        co_await connect(address, port);
    } catch (const Failure& failure) {
        co_return failure.error();
    }
    co_return std::nullopt;
}

Awaitable<> MariadbConnection::connect(const std::string& address, std::uint16_t port) {
    handle_ = std::make_shared<MariadbHandle>();
    auto* raw = handle_->raw;
    mysql_options(raw, MYSQL_OPT_NONBLOCK, nullptr);
    mysql_options(raw, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    const unsigned off = 0;
    mysql_options(raw, MYSQL_OPT_LOCAL_INFILE, &off);
    const auto* socket = url_.path.empty() ? nullptr : url_.path.c_str();
    const auto connected = co_await call(
        mysql_real_connect_start,
        mysql_real_connect_cont,
        raw,
        address.c_str(),
        url_.user.c_str(),
        url_.password.c_str(),
        url_.database.c_str(),
        port,
        socket,
        0
    );
    if (!connected || !*connected) {
        auto why = failure("connect");
        close();
        throw why;
    }
    co_await settle();
}

// What a snapshot relies on; and in a Galera cluster a read waits for what was committed before it
// on other nodes. A server without the cluster's variable has nothing to wait for.
Awaitable<> MariadbConnection::settle() {
    co_await run("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    try {
        co_await run("SET SESSION wsrep_sync_wait = 1");
    } catch (const Failure&) {
        if (!is_open()) throw;
    }
}

Failure MariadbConnection::failure(const std::string& doing) {
    if (!is_open()) return failure(CR_SERVER_LOST, "no answer in time", doing);
    return failure(mysql_errno(handle_->raw), mysql_error(handle_->raw), doing);
}

Failure MariadbConnection::failure(
    unsigned code, const std::string& said, const std::string& doing
) {
    auto error = mariadb_error(url_, code, said, doing);
    if (error.kind == ErrorKind::unavailable) {
        close();
        host_ = (host_ + 1) % hosts();
    }
    return Failure(std::move(error));
}

}  // namespace lars::store
