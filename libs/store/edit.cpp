#include "store/edit.hpp"

namespace lars::store {

Awaitable<> lock_routes(Connection& connection) {
    const auto sql = "SELECT version FROM RouteVersion WHERE id = 1" +
                     std::string(connection.dialect().for_update);
    co_await connection.query(sql);
}

Awaitable<> write_audit(Connection& connection, std::string action, std::uint64_t removed) {
    const auto sql = "INSERT INTO RouteAudit(version, action, actor, removed) SELECT version, ?, " +
                     std::string(connection.dialect().user) + ", ? FROM RouteVersion WHERE id = 1";
    co_await connection.change(sql, Parameters(action, removed));
}

}  // namespace lars::store
