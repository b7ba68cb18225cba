#pragma once

#include "store/call_rows.hpp"
#include "store/engine/mariadb/mariadb_connection.hpp"

#include <boost/asio/io_context.hpp>

#include <vector>

namespace lars::bench {

/// A bare connection that writes rows of call history and nothing else.
class Upserts {
public:
    explicit Upserts(const store::Url& url);

    /// In transactions of that many rows, each of statements of many rows.
    void add(const std::vector<store::CallRow>& rows, std::size_t rows_in_transaction);
    /// As the original's reporter does it: each row by itself, after a ping.
    void add_one_by_one(const std::vector<store::CallRow>& rows);

private:
    boost::asio::awaitable<void> write(
        const std::vector<store::CallRow>& rows, std::size_t rows_in_transaction
    );
    boost::asio::awaitable<void> write_one_by_one(const std::vector<store::CallRow>& rows);

    boost::asio::io_context context_{1};
    store::MariadbConnection connection_;
};

}  // namespace lars::bench
