#include "store/leases.hpp"

namespace lars::store {
namespace {

// Either statement is atomic, so they need no transaction.
Awaitable<bool> acquire_lease(
    Connection& connection,
    const std::string& duty,
    const std::string& holder,
    std::chrono::microseconds length
) {
    const auto& dialect = connection.dialect();
    const auto found = std::string(dialect.insert_ignore) +
                       " INTO Lease(duty, holder, until_us) VALUES (?, '', 0)";
    co_await connection.change(found, Parameters(duty));
    const std::string now(dialect.now_us);
    const auto renew = "UPDATE Lease SET until_us = " + now +
                       " + ?, holder = ? WHERE duty = ? AND (holder = ? OR until_us < " + now + ")";
    const auto us = static_cast<std::uint64_t>(length.count());
    const auto renewed = co_await connection.change(renew, Parameters(us, holder, duty, holder));
    co_return renewed > 0;
}

}  // namespace

Awaitable<Result<bool>> Leases::acquire(
    std::string duty, std::string holder, std::chrono::seconds length
) {
    return database_.run(
        Mode::write_each, acquire_lease, std::move(duty), std::move(holder), length
    );
}

}  // namespace lars::store
