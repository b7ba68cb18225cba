#include "store/schema/schema_sql.hpp"

namespace lars::store {
namespace {

// 1 when an update takes a row out of its module …
constexpr const char* kMoved = "(OLD.modid <> NEW.modid OR OLD.cmdid <> NEW.cmdid)";
// … or its endpoint out of service.
constexpr const char* kMoreLeft =
    "(OLD.modid <> NEW.modid OR OLD.cmdid <> NEW.cmdid OR (OLD.state = 0 AND NEW.state <> 0))";

// The upsert takes RouteVersion's row lock, which is held until the commit: so the order of
// versions is the order of commits.
std::string log_change(
    const Dialect& dialect,
    const std::string& count,
    const std::string& row,
    int rows,
    const std::string& removed
) {
    return "INSERT INTO RouteVersion(id, version) VALUES (1, 1)" +
           fill(dialect.on_conflict, {{"key", "id"}}) + "version = version + 1, " + count + " = " +
           count + " + " + std::to_string(rows) + "; " + std::string(dialect.insert_ignore) +
           " INTO RouteLog(version, modid, cmdid, logged_us, removed) SELECT version, " + row +
           ".modid, " + row + ".cmdid, " + std::string(dialect.now_us) + ", " + removed +
           " FROM RouteVersion WHERE id = 1;";
}

// The same of a row as it was before an update, where that is a change of its own: 1 of `removed`.
std::string log_left(const Dialect& dialect, const std::string& row, const std::string& removed) {
    return "UPDATE RouteVersion SET version = version + 1 WHERE id = 1 AND " + removed + "; " +
           std::string(dialect.insert_ignore) +
           " INTO RouteLog(version, modid, cmdid, logged_us, removed) SELECT version, " + row +
           ".modid, " + row + ".cmdid, " + std::string(dialect.now_us) +
           ", 1 FROM RouteVersion WHERE id = 1 AND " + removed + ";";
}

// 1 when an update of a name leaves its module without that, or of an alias its target.
constexpr const char* kNameLeft =
    "(OLD.name <> NEW.name OR OLD.modid <> NEW.modid OR OLD.cmdid <> NEW.cmdid)";
constexpr const char* kAliasLeft = "(OLD.name <> NEW.name OR OLD.target <> NEW.target)";
// With a name its aliases stand for nothing.
constexpr const char* kWithAliases =
    "(1 + (SELECT COUNT(*) FROM ModuleAlias WHERE target = OLD.name))";

// Logs the module whose ids are columns of `module`, a row of the trigger's or of a table in
// `from`.
std::string log_names(
    const Dialect& dialect,
    const std::string& module,
    const std::string& from,
    const std::string& removed
) {
    return "INSERT INTO RouteVersion(id, version) VALUES (1, 1)" +
           fill(dialect.on_conflict, {{"key", "id"}}) + "version = version + 1; " +
           std::string(dialect.insert_ignore) +
           " INTO RouteLog(version, modid, cmdid, logged_us, names_removed) SELECT v.version, " +
           module + ".modid, " + module + ".cmdid, " + std::string(dialect.now_us) + ", " +
           removed + " FROM " + from + ";";
}

std::string log_name(const Dialect& dialect, const std::string& row, const std::string& removed) {
    return log_names(dialect, row, "RouteVersion v WHERE v.id = 1", removed);
}

// An alias is of the module of its target, if there is one.
std::string log_alias(const Dialect& dialect, const std::string& row, const std::string& removed) {
    const auto from = "RouteVersion v, ModuleName m WHERE v.id = 1 AND m.name = " + row + ".target";
    return log_names(dialect, "m", from, removed);
}

}  // namespace

std::vector<std::string> trigger_sql(const Dialect& dialect) {
    const auto trigger =
        [&](const char* name, const char* event, const char* table, const std::string& body) {
            return fill(
                dialect.create_trigger,
                {{"name", name}, {"event", event}, {"table", table}, {"body", body}}
            );
        };
    const auto log = [&](const char* row, int rows, const char* removed) {
        return log_change(dialect, "route_rows", row, rows, removed);
    };
    const auto log_more = [&](const char* row, int rows, const char* removed) {
        return log_change(dialect, "more_rows", row, rows, removed);
    };
    const auto moved = log_left(dialect, "OLD", kMoved) + log("NEW", 0, "0");
    const auto edited = log("OLD", 0, "0") + log("NEW", 0, "0");
    const auto more_edited = log_left(dialect, "OLD", kMoreLeft) + log_more("NEW", 0, "0");
    const auto name_left = std::string(kNameLeft) + " * " + kWithAliases;
    const auto renamed = log_name(dialect, "OLD", name_left) + log_name(dialect, "NEW", "0");
    const auto retargeted = log_alias(dialect, "OLD", kAliasLeft) + log_alias(dialect, "NEW", "0");
    return {
        trigger("lars_name_insert", "INSERT", "ModuleName", log_name(dialect, "NEW", "0")),
        trigger("lars_name_delete", "DELETE", "ModuleName", log_name(dialect, "OLD", kWithAliases)),
        trigger("lars_name_update", "UPDATE", "ModuleName", renamed),
        trigger("lars_alias_insert", "INSERT", "ModuleAlias", log_alias(dialect, "NEW", "0")),
        trigger("lars_alias_delete", "DELETE", "ModuleAlias", log_alias(dialect, "OLD", "1")),
        trigger("lars_alias_update", "UPDATE", "ModuleAlias", retargeted),
        trigger("lars_route_insert", "INSERT", "RouteData", log("NEW", 1, "0")),
        trigger("lars_route_delete", "DELETE", "RouteData", log("OLD", -1, "1")),
        trigger("lars_route_update", "UPDATE", "RouteData", moved),
        trigger("lars_more_insert", "INSERT", "RouteMore", log_more("NEW", 1, "0")),
        trigger("lars_more_delete", "DELETE", "RouteMore", log_more("OLD", -1, "1")),
        trigger("lars_more_update", "UPDATE", "RouteMore", more_edited),
        trigger("lars_split_insert", "INSERT", "RouteSplit", log("NEW", 0, "0")),
        trigger("lars_split_delete", "DELETE", "RouteSplit", log("OLD", 0, "0")),
        trigger("lars_split_update", "UPDATE", "RouteSplit", edited),
        trigger("lars_policy_insert", "INSERT", "ModulePolicy", log("NEW", 0, "0")),
        trigger("lars_policy_delete", "DELETE", "ModulePolicy", log("OLD", 0, "0")),
        trigger("lars_policy_update", "UPDATE", "ModulePolicy", edited),
        schema_of(dialect).version_rises,
    };
}

const SchemaSql& schema_of(const Dialect& dialect) {
    return dialect.kind == Url::Kind::sqlite ? sqlite_schema() : mariadb_schema();
}

}  // namespace lars::store
