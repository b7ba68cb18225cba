#pragma once

#include "store/engine/database.hpp"

#include <chrono>

namespace lars::store {

/// The clock that all processes on one database have in common: it decides what is old, and how
/// long something has lasted.
class DatabaseClock {
public:
    using Time = std::chrono::sys_time<std::chrono::microseconds>;

    explicit DatabaseClock(Database& database) : database_(database) {}

    Awaitable<Result<Time>> now();

private:
    Database& database_;
};

/// In the caller's operation.
Awaitable<DatabaseClock::Time> read_clock(Connection& connection);

}  // namespace lars::store
