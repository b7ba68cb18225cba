#pragma once

#include "store/rows.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mysql.h>

#include <memory>
#include <span>
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

    bool is_open() const { return handle_ != nullptr; }
    void close();
    /// When whatever is under way is given up.
    void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }

    /// To the first host that answers.
    Awaited<> open();
    /// A statement without parameters and rows.
    Awaited<> run(std::string sql);
    /// A prepared statement over integers; what it changed, if that was rows, is in `changed`.
    Awaited<Table> query(std::string sql, std::vector<std::uint64_t> parameters = {});
    std::uint64_t changed() const { return changed_; }

private:
    struct Statement;
    struct Abandon;

    Awaited<> open_host(const std::string& address, std::uint16_t port);
    boost::asio::awaitable<int> ready(int events);
    /// Runs one non-blocking call of the library to its end. False: gave up, and closed.
    template <class Start, class Continue>
    boost::asio::awaitable<bool> drive(const Start& start, const Continue& resume);
    Error failure(const std::string& doing);
    Error statement_failure(const Statement& statement, const std::string& doing);
    Error error_of(unsigned code, const std::string& said, const std::string& doing);

    boost::asio::any_io_executor executor_;
    Url url_;
    MYSQL* handle_ = nullptr;
    std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
    std::uint64_t changed_ = 0;
    bool timed_out_ = false;
};

}  // namespace lars::store
