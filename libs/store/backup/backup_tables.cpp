#include "store/backup/backup_tables.hpp"

#include "store/call_sql.hpp"
#include "store/engine/dialect.hpp"

namespace lars::store {
namespace {

using Kind = BackupColumn::Kind;
using Null = BackupColumn::Null;

// A constant: a table without a column of numbers is read in one page.
constexpr const char* kOnePage = "(0 + 0)";

BackupTable table(
    const char* name,
    const char* page_by,
    const std::vector<std::string>& numbers,
    const std::vector<BackupColumn>& others = {}
) {
    BackupTable made;
    made.name = name;
    made.page_by = page_by;
    for (const auto& each : numbers) made.columns.push_back({each});
    made.columns.insert(made.columns.end(), others.begin(), others.end());
    return made;
}

BackupTable history(const char* name) {
    std::vector<std::string> numbers{"start", "modid", "cmdid", "port"};
    numbers.insert(numbers.end(), history_sums().begin(), history_sums().end());
    return table(name, "start", numbers, {{"address", Kind::bytes}});
}

}  // namespace

std::vector<std::string> BackupTable::column_names() const {
    std::vector<std::string> names;
    for (const auto& column : columns) names.push_back(column.name);
    return names;
}

std::string BackupTable::fields() const {
    std::vector<std::string> all;
    for (const auto& column : columns) {
        auto field = column.name;
        if (column.kind == Kind::real) {
            field = "CAST(" + field + " AS CHAR)";
        } else if (column.kind != Kind::number) {
            field = "HEX(" + field + ")";
        }
        if (column.null == Null::allowed) {
            field = "CASE WHEN " + column.name + " IS NULL THEN '-' ELSE " + field + " END";
        }
        all.push_back(field);
    }
    return joined(all);
}

const std::vector<BackupTable>& backup_tables() {
    const BackupColumn any_modid{"modid", Kind::number, Null::allowed};
    const BackupColumn any_cmdid{"cmdid", Kind::number, Null::allowed};
    const BackupColumn content{"content", Kind::text, Null::allowed};
    static const std::vector<BackupTable> all{
        table(
            "RouteData",
            "id",
            {"id", "modid", "cmdid", "serverip", "serverport", "weight", "since"},
            {{"zone", Kind::text}, {"tags", Kind::text}, {"owner", Kind::bytes}}
        ),
        table(
            "RouteMore",
            "id",
            {"id", "modid", "cmdid", "serverip", "serverport", "weight", "state", "since"},
            {{"zone", Kind::text},
             {"tags", Kind::text},
             {"owner", Kind::bytes},
             {"address", Kind::bytes},
             {"host", Kind::text},
             {"reason", Kind::text}}
        ),
        table("RouteSplit", "modid", {"modid", "cmdid", "share"}, {{"tag", Kind::text}}),
        table(
            "ModulePolicy",
            "modid",
            {"modid", "cmdid"},
            {{"name", Kind::text}, {"parameters", Kind::text}}
        ),
        table("ModuleName", "modid", {"modid", "cmdid", "created_at"}, {{"name", Kind::text}}),
        table("ModuleAlias", kOnePage, {}, {{"name", Kind::text}, {"target", Kind::text}}),
        table("NameCounter", "id", {"id", "cmdid"}),
        table(
            "RouteLog",
            "version",
            {"version", "modid", "cmdid", "logged_us", "removed", "names_removed"}
        ),
        table(
            "RouteAudit",
            "id",
            {"id", "version", "removed"},
            {{"made_at", Kind::text},
             {"action", Kind::text},
             {"actor", Kind::text},
             any_modid,
             any_cmdid,
             {"detail", Kind::text}}
        ),
        table("RouteChange", "id", {"id", "modid", "cmdid", "version"}),
        table("ModIDConfig", "id", {"id"}, {any_modid, content}),
        table("CmdIDConfig", "id", {"id"}, {any_cmdid, content}),
        table(
            "ServerCallStatus",
            "modid",
            {"modid", "cmdid", "ip", "port", "caller", "succ_cnt", "err_cnt", "ts", "overload"}
        ),
        history("CallHistory"),
        history("CallHistoryHour"),
        history("CallHistoryDay"),
        table("CallHistoryDue", "length", {"length", "start"}),
        table("ReportProgress", "seen", {"seq", "seq_before", "seen"}, {{"instance", Kind::bytes}}),
        table(
            "AlarmRule",
            "id",
            {"id", "hold_s", "min_calls", "made_at"},
            {any_modid,
             any_cmdid,
             {"threshold", Kind::real},
             {"kind", Kind::text},
             {"severity", Kind::text},
             {"comment", Kind::text}}
        ),
        table("AlarmState", "rule", {"rule", "modid", "cmdid", "since", "firing"}),
        table(
            "Account",
            kOnePage,
            {"created_at", "changed_at"},
            {{"name", Kind::text}, {"password", Kind::text}, {"roles", Kind::text}}
        ),
        table(
            "AccessToken",
            "expires_at",
            {"created_at", "expires_at", "used_at"},
            {{"sha256", Kind::bytes},
             {"kind", Kind::text},
             {"account", Kind::text},
             {"roles", Kind::text},
             {"label", Kind::text},
             {"csrf", Kind::text}}
        ),
        table(
            "RouteHistory",
            "id",
            {"id", "version", "made_at", "modid", "cmdid"},
            {{"actor", Kind::text},
             {"action", Kind::text},
             {"before_json", Kind::text},
             {"after_json", Kind::text}}
        ),
    };
    return all;
}

const BackupTable* find_backup_table(const std::string& name) {
    for (const auto& each : backup_tables()) {
        if (each.name == name) return &each;
    }
    return nullptr;
}

}  // namespace lars::store
