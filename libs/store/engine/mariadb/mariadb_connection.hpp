#pragma once

#include "store/engine/connection.hpp"
#include "store/engine/mariadb/mariadb_handle.hpp"
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
    MariadbConnection(asio::any_io_executor executor, Url url);
    ~MariadbConnection() override;
    MariadbConnection(const MariadbConnection&) = delete;
    MariadbConnection& operator=(const MariadbConnection&) = delete;

    /// To the first host that answers in time, beginning with the one after that which was lost.
    Awaitable<> open();
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
    // The error, if it can't be opened.
    Awaitable<std::optional<Error>> try_host(const Url::Host& host);
    Awaitable<std::optional<Error>> try_address(std::string address, std::uint16_t port);
    Awaitable<> connect(const std::string& address, std::uint16_t port);
    Awaitable<> settle();
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
    std::chrono::milliseconds timeout_{10'000};
    std::size_t host_ = 0;
};

}  // namespace lars::store
