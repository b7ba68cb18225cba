#include "store/schema/definers.hpp"

#include "store/schema/schema_sql.hpp"

#include <array>

namespace lars::store {
namespace {

// No module has such ids, and nobody sees the rows.
constexpr std::array<const char*, 12> kEdits{
    "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (4294967295, 0, 0, 0)",
    "UPDATE RouteData SET cmdid = 1 WHERE modid = 4294967295",
    "DELETE FROM RouteData WHERE modid = 4294967295",
    "INSERT INTO ModulePolicy(modid, cmdid, name, parameters) VALUES (4294967295, 0, '', '')",
    "UPDATE ModulePolicy SET cmdid = 1 WHERE modid = 4294967295",
    "DELETE FROM ModulePolicy WHERE modid = 4294967295",
    "INSERT INTO ModuleName(name, modid, cmdid) VALUES ('-', 4294967295, 0)",
    "UPDATE ModuleName SET cmdid = 1 WHERE name = '-'",
    "INSERT INTO ModuleAlias(name, target) VALUES ('--', '-')",
    "UPDATE ModuleAlias SET target = '---' WHERE name = '--'",
    "DELETE FROM ModuleAlias WHERE name = '--'",
    "DELETE FROM ModuleName WHERE name = '-'",
};

// How an error spells the definer admin@%.
std::string quoted(const std::string& definer) {
    const auto at = definer.rfind('@');
    std::string text = "'";
    text += definer.substr(0, at);
    if (at != std::string::npos) text.append("'@'").append(definer, at + 1);
    return text += "'";
}

// One of others than this user, who could run them.
Awaitable<std::vector<std::string>> other_definers(Connection& connection) {
    if (connection.dialect().kind == Url::Kind::sqlite) co_return std::vector<std::string>();
    std::string sql =
        "SELECT DISTINCT definer FROM information_schema.triggers"
        " WHERE trigger_schema = DATABASE() AND definer <> CURRENT_USER() AND trigger_name IN (";
    sql += kTriggerNames;
    sql += ")";
    auto asking = connection.query_text(std::move(sql));
    auto table = co_await std::move(asking);
    co_return std::move(table.values);
}

Awaitable<> edit_and_roll_back(Connection& connection) {
    for (const auto* edit : kEdits) {
        std::string sql(edit);
        co_await connection.run(std::move(sql));
    }
    co_await connection.run("ROLLBACK");
}

}  // namespace

Awaitable<std::string> trigger_definers(Connection& connection) {
    if (connection.dialect().kind == Url::Kind::sqlite) co_return "";
    std::string sql =
        "SELECT DISTINCT definer FROM information_schema.triggers"
        " WHERE trigger_schema = DATABASE() AND trigger_name IN (";
    sql += kTriggerNames;
    sql += ") ORDER BY definer";
    auto asking = connection.query_text(std::move(sql));
    const auto table = co_await std::move(asking);
    co_return joined(table.values);
}

Awaitable<Result<bool>> triggers_are_orphaned(Database& database) {
    auto asking = database.run(Mode::read, other_definers);
    const auto others = co_await std::move(asking);
    if (!others) co_return others.error();
    if (others->empty()) co_return false;
    auto editing = database.run(Mode::write, edit_and_roll_back);
    const auto edited = co_await std::move(editing);
    if (edited) co_return false;
    const auto& error = edited.error();
    bool theirs = error.kind == ErrorKind::schema;
    for (const auto& definer : *others) {
        theirs = theirs || error.message.find(quoted(definer)) != std::string::npos;
    }
    co_return theirs;
}

}  // namespace lars::store
