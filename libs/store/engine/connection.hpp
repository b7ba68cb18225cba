#pragma once

#include "runtime/asio.hpp"
#include "store/engine/dialect.hpp"
#include "store/engine/parameters.hpp"
#include "store/engine/table.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace lars::store {

/// One connection to a database, as operations see it: one statement at a time, each of which
/// throws Failure when it fails.
class Connection {
public:
    virtual ~Connection() = default;
    virtual const Dialect& dialect() const = 0;

    /// A statement without parameters and rows.
    virtual Awaitable<> run(std::string sql) = 0;
    /// A statement that is prepared, and kept for the next time. All of its columns are integers.
    virtual Awaitable<Table> query(std::string sql, Parameters parameters = {}) = 0;
    /// The same, of any columns.
    virtual Awaitable<TextTable> query_text(std::string sql, Parameters parameters = {}) = 0;
    /// The same, without rows. Answers how many rows it changed, as the database counts.
    virtual Awaitable<std::uint64_t> change(std::string sql, Parameters parameters = {}) = 0;

    /// How long one answer of the server is waited for, until the operation's end.
    virtual void set_timeout(std::chrono::milliseconds timeout) = 0;
    virtual bool is_open() const = 0;
    /// Gives the connection up, with whatever was begun on it. The next operation opens another.
    virtual void close() = 0;
};

}  // namespace lars::store
