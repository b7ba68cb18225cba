#pragma once

#include "store/engine/database.hpp"

#include <chrono>
#include <string>

namespace lars::store {

/// Duties that one of several processes has at a time.
class Leases {
public:
    explicit Leases(Database& database) : database_(database) {}

    /// Whether the duty is the holder's for so long from now, by the database's clock. It goes to
    /// another holder only when it has run out.
    Awaitable<Result<bool>> acquire(
        std::string duty, std::string holder, std::chrono::seconds length
    );

private:
    Database& database_;
};

}  // namespace lars::store
