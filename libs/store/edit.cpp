#include "store/edit.hpp"

#include "store/module_condition.hpp"

#include <string_view>

namespace lars::store {
namespace {

constexpr std::size_t kMaxActor = 200;

}  // namespace

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

Awaitable<> write_audit(Connection& connection, const ModuleAudit& audit) {
    Parameters parameters(audit.action, cut_actor(audit.actor), audit.removed);
    encode(audit.module, parameters);
    parameters.add(std::string_view(audit.detail));
    co_await connection.change(
        "INSERT INTO RouteAudit(version, action, actor, removed, modid, cmdid, detail)"
        " SELECT version, ?, ?, ?, ?, ?, ? FROM RouteVersion WHERE id = 1",
        std::move(parameters)
    );
}

std::string cut_actor(const std::string& actor) {
    if (actor.size() <= kMaxActor) return actor;
    auto end = kMaxActor;
    while (end > 0 && (static_cast<unsigned char>(actor[end]) & 0xC0) == 0x80) --end;
    return actor.substr(0, end);
}

}  // namespace lars::store
