#include "store/policies.hpp"

#include "store/edit.hpp"
#include "store/module_condition.hpp"

namespace lars::store {
namespace {

Awaitable<std::vector<PolicyRow>> list_policies(
    Connection& connection, std::optional<ModuleId> module
) {
    const auto sql = policy_columns(connection.dialect()) + " FROM ModulePolicy p " +
                     module_condition(module) + "ORDER BY modid, cmdid";
    const auto table = co_await connection.query_text(sql, encode(module));
    std::vector<PolicyRow> rows;
    for (auto& read : decode_policies(table)) rows.push_back(std::move(read.row));
    co_return rows;
}

Awaitable<std::size_t> set_policy(
    Connection& connection, ModuleId module, const RoutePolicy& policy
) {
    const auto storable = check_storable(module, policy);
    if (!storable) throw Failure(storable.error());
    co_await lock_routes(connection);
    const std::vector<PolicyRow> wanted{{module, policy.name, format_parameters(policy)}};
    const auto before = co_await list_policies(connection, module);
    if (before == wanted) co_return 0;
    const auto sql =
        upsert(connection.dialect(), "ModulePolicy", {"modid", "cmdid"}, {"name", "parameters"}, 1);
    Parameters parameters;
    encode(module, parameters);
    parameters.add(wanted[0].name).add(wanted[0].parameters);
    co_await connection.change(sql, std::move(parameters));
    co_await write_audit(connection, "set policy", 0);
    co_return 1;
}

Awaitable<std::size_t> remove_policy(Connection& connection, ModuleId module) {
    co_await lock_routes(connection);
    const auto sql = "DELETE FROM ModulePolicy " + std::string(module_condition(module));
    const auto removed = co_await connection.change(sql, encode(std::optional(module)));
    if (removed > 0) co_await write_audit(connection, "remove policy", 0);
    co_return removed;
}

}  // namespace

Awaitable<Result<std::vector<PolicyRow>>> Policies::list(std::optional<ModuleId> module) {
    return database_.run(Mode::read, list_policies, module);
}

Awaitable<Result<std::size_t>> Policies::set(ModuleId module, RoutePolicy policy) {
    return database_.run(Mode::write, set_policy, module, std::move(policy));
}

Awaitable<Result<std::size_t>> Policies::remove(ModuleId module) {
    return database_.run(Mode::write, remove_policy, module);
}

}  // namespace lars::store
