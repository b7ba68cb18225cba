#pragma once

#include "store/parameters.hpp"
#include "store/rows.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mysql.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>

namespace lars::store {

/// One connection to MariaDB over libmariadb's non-blocking API: it waits on its executor and
/// blocks no thread. One operation at a time; after `unavailable`, or an operation that was
/// cancelled, the connection is closed, and open() may be called again.
class MariadbConnection {
public:
    template <class T = void>
    using Awaited = boost::asio::awaitable<Result<T>>;

    MariadbConnection(boost::asio::any_io_executor executor, const Url& url);
    ~MariadbConnection();
    MariadbConnection(const MariadbConnection&) = delete;
    MariadbConnection& operator=(const MariadbConnection&) = delete;

    bool is_open() const;
    void close();
    std::size_t hosts() const { return std::max<std::size_t>(url_.hosts.size(), 1); }
    /// How long one answer of the server is waited for.
    void set_timeout(std::chrono::milliseconds timeout) { timeout_ = timeout; }

    /// To the first host that answers in time, beginning with the one after that which was lost.
    Awaited<> open(std::chrono::milliseconds timeout_per_host);
    /// A statement without parameters and rows.
    Awaited<> run(std::string sql);
    /// A prepared statement, kept for the next time. Its parameters are the numbers, then the
    /// texts. It answers integers; what it changed, if that was rows, is in `changed`.
    Awaited<Table> query(
        std::string sql,
        std::vector<std::uint64_t> numbers = {},
        std::vector<std::string> texts = {}
    );
    /// The same, of any columns.
    Awaited<TextTable> query_text(std::string sql, std::vector<std::uint64_t> numbers = {});
    Awaited<TextTable> query_text(std::string sql, Parameters parameters);
    /// Answers how many rows the statement changed, as MariaDB counts.
    Awaited<std::uint64_t> change(std::string sql, Parameters parameters);
    std::uint64_t changed() const { return changed_; }

private:
    struct Handle;

    Awaited<> open_host(const Url::Host& host);
    Awaited<> connect(const std::string& address, std::uint16_t port);
    Awaited<> settle();
    Awaited<MYSQL_STMT*> prepared(const std::string& sql);
    Awaited<MYSQL_STMT*> execute(
        std::string sql, std::vector<std::uint64_t> numbers, std::vector<std::string> texts
    );
    Awaited<MYSQL_STMT*> execute(std::string sql, Parameters parameters);
    Awaited<MYSQL_STMT*> execute(std::string sql, std::vector<MYSQL_BIND> binds);
    Awaited<TextTable> texts_of(MYSQL_STMT* statement, std::string doing);
    Awaited<> store_result(MYSQL_STMT* statement, const std::string& doing);
    boost::asio::awaitable<int> ready(
        std::shared_ptr<Handle> handle, int events, std::chrono::steady_clock::time_point deadline
    );
    /// Runs one non-blocking call of the library to its end. False: gave up, and closed.
    template <class Start, class Continue>
    boost::asio::awaitable<bool> drive(const Start& start, const Continue& resume);
    Error failure(const std::string& doing);
    Error statement_failure(MYSQL_STMT* statement, const std::string& doing);
    Error error_of(unsigned code, const std::string& said, const std::string& doing);

    boost::asio::any_io_executor executor_;
    Url url_;
    std::shared_ptr<Handle> handle_;
    std::chrono::milliseconds timeout_{10'000};
    std::uint64_t changed_ = 0;
    std::size_t host_ = 0;
    bool timed_out_ = false;
};

}  // namespace lars::store
