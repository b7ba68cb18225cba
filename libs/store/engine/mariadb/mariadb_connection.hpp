#pragma once

#include "store/engine/connection.hpp"
#include "store/engine/database.hpp"
#include "store/engine/mariadb/mariadb_handle.hpp"
#include "store/engine/mariadb/server_search.hpp"
#include "store/engine/result.hpp"
#include "store/engine/url.hpp"

#include <mysql.h>

#include <memory>
#include <optional>

namespace lars::store {

extern const Dialect kMariadbDialect;

/// One connection to MariaDB over libmariadb's non-blocking API: it waits on its executor and
/// blocks no thread. One statement at a time; after `unavailable`, or a statement that was
/// cancelled, the connection is closed, and open() may be called again.
class MariadbConnection final : public Connection {
public:
    MariadbConnection(asio::any_io_executor executor, Url url, const Options& options);
    ~MariadbConnection() override;
    MariadbConnection(const MariadbConnection&) = delete;
    MariadbConnection& operator=(const MariadbConnection&) = delete;

    /// To a server that answers in time, as ServerSearch finds it, with the password as it is now.
    Awaitable<> open();
    /// Closes the connection when its server has become read-only, and another may take its place:
    /// who only reads would else go on with what an old primary has. Asks at most twice a second.
    Awaitable<> leave_if_demoted();
    /// How many servers there may be. A name may stand for several, and for others later.
    std::size_t hosts() const;

    const Dialect& dialect() const override;
    Awaitable<> run(std::string sql) override;
    Awaitable<Table> query(std::string sql, Parameters parameters = {}) override;
    Awaitable<TextTable> query_text(std::string sql, Parameters parameters = {}) override;
    Awaitable<std::uint64_t> change(std::string sql, Parameters parameters = {}) override;
    void set_timeout(std::chrono::milliseconds timeout) override { timeout_ = timeout; }
    bool is_open() const override;
    void close() override;

private:
    Awaitable<Result<std::vector<Server>>> addresses_of(std::size_t host);
    // The error, if it can't be used.
    Awaitable<std::optional<Error>> try_server(ServerSearch::Candidate candidate);
    Awaitable<> connect(const std::string& address, std::uint16_t port);
    Awaitable<> settle();
    Awaitable<bool> is_read_only();
    void leave_server();
    Awaitable<MYSQL_STMT*> prepared(const std::string& sql);
    Awaitable<MYSQL_STMT*> execute(const std::string& sql, Parameters& parameters);
    Awaitable<> store_result(MYSQL_STMT* statement, const std::string& sql);
    void end_result(MYSQL_STMT* statement, const std::string& sql);
    template <class... Arguments>
    auto call(Arguments... arguments) {
        return drive(executor_, handle_, timeout_, arguments...);
    }
    // What to throw. It closes the connection when that is lost.
    Failure failure(const std::string& doing);
    Failure failure(MYSQL_STMT* statement, const std::string& sql);
    Failure failure(unsigned code, const std::string& said, const std::string& doing);

    asio::any_io_executor executor_;
    Url url_;
    std::shared_ptr<MariadbHandle> handle_;
    Options options_;
    std::chrono::milliseconds timeout_ = options_.timeout;
    ServerSearch search_;
    std::optional<Server> server_;  // while it is open, and isn't a socket's
    bool read_only_ = false;        // and there was no better one
    Clock::time_point next_look_{};
    Clock::time_point next_search_{};
};

}  // namespace lars::store
