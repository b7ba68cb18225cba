#include "store/engine/mariadb/mariadb_connection.hpp"

#include "runtime/resolve.hpp"
#include "store/engine/descriptors.hpp"
#include "store/engine/mariadb/mariadb_errors.hpp"
#include "store/engine/mariadb/session_settings.hpp"

#include <errmsg.h>

#include <algorithm>
#include <utility>

namespace lars::store {
namespace {

// How soon a server that was made read-only is left.
constexpr auto kLookInterval = std::chrono::milliseconds(500);
// How soon another is looked for where there was none. Hosts that don't answer make a search long;
// it takes a small part of the time all the same.
constexpr auto kSearchInterval = std::chrono::seconds(1);
constexpr int kSearchShare = 10;

bool is_numeric(const std::string& name) {
    error_code not_numeric;
    asio::ip::make_address(name, not_numeric);
    return !not_numeric;
}

}  // namespace

MariadbConnection::MariadbConnection(
    asio::any_io_executor executor, Url url, const Options& options
)
    : executor_(std::move(executor)),
      url_(std::move(url)),
      options_(options),
      search_(url_.hosts.size()) {}

MariadbConnection::~MariadbConnection() {
    MariadbConnection::close();
}

const Dialect& MariadbConnection::dialect() const {
    return kMariadbDialect;
}

std::size_t MariadbConnection::hosts() const {
    if (!url_.path.empty()) return 1;
    const bool name = url_.hosts.size() == 1 && !is_numeric(url_.hosts[0].name);
    return name ? 2 : url_.hosts.size();
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
    server_.reset();
    if (const auto read = reread_password(url_); !read) throw Failure(read.error());
    timeout_ = options_.timeout;
    if (!url_.path.empty()) {
        const std::string local = "localhost";
        co_await connect(local, 0);
        co_return;
    }
    Error failed{ErrorKind::invalid, "no host in the store's URL"};
    const auto begun = Clock::now();
    search_.begin();
    while (true) {
        if (auto candidate = search_.next()) {
            timeout_ = candidate->is_only_one ? options_.timeout : options_.connect_timeout;
            auto trying = try_server(std::move(*candidate));
            auto error = co_await std::move(trying);
            if (!error) {
                const auto took = Clock::now() - begun;
                next_search_ =
                    Clock::now() + std::max<Clock::duration>(kSearchInterval, took * kSearchShare);
                co_return;
            }
            failed = std::move(*error);
            if (failed.kind == ErrorKind::refused) break;
        } else if (const auto host = search_.next_host()) {
            auto finding = addresses_of(*host);
            const auto found = co_await std::move(finding);
            if (!found) failed = found.error();
            if (found) search_.add(*found);
        } else {
            break;
        }
    }
    throw Failure(std::move(failed));
}

Awaitable<Result<std::vector<Server>>> MariadbConnection::addresses_of(std::size_t index) {
    const auto& host = url_.hosts[index];
    const auto timeout = url_.hosts.size() == 1 ? options_.timeout : options_.connect_timeout;
    const auto found = co_await runtime::resolve(executor_, host.name, Clock::now() + timeout);
    if (found.error) {
        const auto why = "host " + host.name + ": " + found.error.message() + descriptors_advice();
        co_return Error{ErrorKind::unavailable, why};
    }
    std::vector<Server> servers;
    for (const auto& address : found.addresses) {
        servers.push_back({index, address.to_string(), host.port});
    }
    co_return servers;
}

Awaitable<std::optional<Error>> MariadbConnection::try_server(ServerSearch::Candidate candidate) {
    const auto& server = candidate.server;
    try {
        co_await connect(server.address, server.port);
        read_only_ = false;
        if (hosts() > 1) read_only_ = co_await is_read_only();
    } catch (const Failure& failure) {
        co_return failure.error();
    }
    if (read_only_ && !candidate.may_be_read_only) {
        close();
        search_.pass_by(server);
        co_return Error{
            ErrorKind::read_only, to_string(url_) + ": " + server.address + " is read-only"};
    }
    server_ = server;
    search_.settle(server);
    next_look_ = Clock::now() + kLookInterval;
    co_return std::nullopt;
}

Awaitable<bool> MariadbConnection::is_read_only() {
    auto asking = query_text("SELECT @@global.read_only");
    const auto answer = co_await std::move(asking);
    const auto& value = answer.values.at(0);  // "1", or in later versions a word
    co_return value != "0" && value != "OFF";
}

Awaitable<> MariadbConnection::leave_if_demoted() {
    if (hosts() == 1 || Clock::now() < next_look_) co_return;
    next_look_ = Clock::now() + kLookInterval;
    bool read_only = false;
    try {
        read_only = co_await is_read_only();
    } catch (const Failure&) {
        co_return;  // what is lost is closed; else the operation finds out what is wrong
    }
    const bool known = std::exchange(read_only_, read_only);
    if (read_only && (!known || Clock::now() >= next_search_)) leave_server();
}

// The next one that is looked for is another, if there is one.
void MariadbConnection::leave_server() {
    close();
    if (server_) search_.leave(*server_);
    server_.reset();
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
        auto why = failure("connecting");
        close();
        throw why;
    }
    co_await settle();
}

// In a Galera cluster a read waits for what was committed before it on other nodes. A server
// without the cluster's variable has nothing to wait for.
Awaitable<> MariadbConnection::settle() {
    for (const auto setting : kSessionSettings) {
        std::string sql(setting);
        co_await run(std::move(sql));
    }
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
    const bool elsewhere = error.kind == ErrorKind::read_only && hosts() > 1;
    if (error.kind == ErrorKind::unavailable || elsewhere) leave_server();
    return Failure(std::move(error));
}

}  // namespace lars::store
