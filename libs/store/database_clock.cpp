#include "store/database_clock.hpp"

#include <string>

namespace lars::store {

Awaitable<DatabaseClock::Time> read_clock(Connection& connection) {
    const auto sql = "SELECT " + std::string(connection.dialect().now_us);
    const auto table = co_await connection.query(sql);
    const auto us = static_cast<std::int64_t>(table.values.at(0));
    co_return DatabaseClock::Time(std::chrono::microseconds(us));
}

Awaitable<Result<DatabaseClock::Time>> DatabaseClock::now() {
    return database_.run(Mode::read, read_clock);
}

}  // namespace lars::store
