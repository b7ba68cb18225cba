#include "store/call_sql.hpp"
#include "store/schema/schema_sql.hpp"

namespace lars::store {
namespace {

std::vector<std::string> first() {
    return {
        "CREATE TABLE IF NOT EXISTS RouteData(id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " modid INTEGER NOT NULL, cmdid INTEGER NOT NULL, serverip INTEGER NOT NULL,"
        " serverport INTEGER NOT NULL)",
        "CREATE INDEX IF NOT EXISTS RouteDataModule ON RouteData(modid, cmdid)",
        "CREATE TABLE IF NOT EXISTS RouteVersion(id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " version INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS RouteChange(id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " modid INTEGER NOT NULL, cmdid INTEGER NOT NULL, version INTEGER NOT NULL)",
        "CREATE TABLE IF NOT EXISTS ServerCallStatus(modid INTEGER NOT NULL, cmdid INTEGER NOT "
        "NULL,"
        " ip INTEGER NOT NULL, port INTEGER NOT NULL, caller INTEGER NOT NULL,"
        " succ_cnt INTEGER NOT NULL, err_cnt INTEGER NOT NULL, ts INTEGER NOT NULL,"
        " overload INTEGER NOT NULL, PRIMARY KEY(modid, cmdid, ip, port, caller))",
        "CREATE TABLE IF NOT EXISTS ModIDConfig(id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " modid INTEGER, content TEXT)",
        "CREATE TABLE IF NOT EXISTS CmdIDConfig(id INTEGER PRIMARY KEY AUTOINCREMENT,"
        " cmdid INTEGER, content TEXT)",
        "CREATE TABLE IF NOT EXISTS RouteLog(version INTEGER NOT NULL, modid INTEGER NOT NULL,"
        " cmdid INTEGER NOT NULL, PRIMARY KEY(version, modid, cmdid)) WITHOUT ROWID",
        "INSERT OR IGNORE INTO RouteVersion(id, version) VALUES (1, 1)",
    };
}

std::vector<std::string> second() {
    return {
        "ALTER TABLE RouteLog ADD COLUMN logged_us INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE RouteAudit(id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL,"
        " made_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, action TEXT NOT NULL,"
        " actor TEXT NOT NULL DEFAULT '', removed INTEGER NOT NULL DEFAULT 0)",
        "ALTER TABLE RouteVersion ADD COLUMN route_rows INTEGER NOT NULL DEFAULT 0",
        "UPDATE RouteVersion SET route_rows = (SELECT COUNT(*) FROM RouteData)",
        "CREATE INDEX RouteAuditVersion ON RouteAudit(version)",
        "CREATE INDEX RouteDataRow ON RouteData(modid, cmdid, serverip, serverport)",
        "DROP INDEX RouteDataModule",
    };
}

std::vector<std::string> third() {
    return {
        "ALTER TABLE RouteData ADD COLUMN weight INTEGER NOT NULL DEFAULT 100",
        "DROP INDEX RouteDataRow",
        "CREATE INDEX RouteDataRow ON RouteData(modid, cmdid, serverip, serverport, weight)",
        "ALTER TABLE RouteLog ADD COLUMN removed INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE ModulePolicy(modid INTEGER NOT NULL, cmdid INTEGER NOT NULL,"
        " name TEXT NOT NULL, parameters TEXT NOT NULL DEFAULT '{}', PRIMARY KEY(modid, cmdid))",
    };
}

std::string history(const std::string& name) {
    std::string columns = "CREATE TABLE " + name +
                          "(start INTEGER NOT NULL, modid INTEGER NOT NULL,"
                          " cmdid INTEGER NOT NULL, address BLOB NOT NULL, port INTEGER NOT NULL";
    for (const auto& sum : history_sums()) columns += ", " + sum + " INTEGER NOT NULL";
    return columns +
           ", PRIMARY KEY(start, modid, cmdid, address, port)) WITHOUT ROWID; CREATE INDEX " +
           name + "Module ON " + name + "(modid, cmdid, start)";
}

std::vector<std::string> fourth() {
    return {
        history("CallHistory"),
        history("CallHistoryHour"),
        history("CallHistoryDay"),
        "CREATE TABLE CallHistoryDue(length INTEGER NOT NULL, start INTEGER NOT NULL,"
        " PRIMARY KEY(length, start)) WITHOUT ROWID",
        "CREATE TABLE ReportProgress(instance BLOB NOT NULL, seq INTEGER NOT NULL,"
        " seq_before INTEGER NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY(instance)) WITHOUT ROWID",
        "CREATE INDEX ReportProgressSeen ON ReportProgress(seen)",
        "CREATE TABLE Lease(duty TEXT NOT NULL, holder TEXT NOT NULL, until_us INTEGER NOT NULL,"
        " PRIMARY KEY(duty)) WITHOUT ROWID",
        "CREATE TABLE AlarmRule(id INTEGER PRIMARY KEY AUTOINCREMENT, modid INTEGER, cmdid INTEGER,"
        " kind TEXT NOT NULL, threshold REAL NOT NULL DEFAULT 0,"
        " hold_s INTEGER NOT NULL DEFAULT 60, min_calls INTEGER NOT NULL DEFAULT 10,"
        " severity TEXT NOT NULL DEFAULT 'warning', comment TEXT NOT NULL DEFAULT '',"
        " made_at INTEGER NOT NULL DEFAULT (strftime('%s', 'now')))",
        "CREATE TABLE AlarmState(rule INTEGER NOT NULL, modid INTEGER NOT NULL,"
        " cmdid INTEGER NOT NULL, since INTEGER NOT NULL, firing INTEGER NOT NULL,"
        " PRIMARY KEY(rule, modid, cmdid)) WITHOUT ROWID",
    };
}

std::vector<std::string> fifth() {
    return {
        "CREATE TABLE StoreIdentity(id INTEGER PRIMARY KEY, standing TEXT NOT NULL,"
        " version INTEGER NOT NULL DEFAULT 0)",
    };
}

std::vector<std::string> sixth() {
    return {
        "CREATE TABLE ModuleName(name TEXT NOT NULL DEFAULT '' PRIMARY KEY,"
        " modid INTEGER NOT NULL, cmdid INTEGER NOT NULL,"
        " created_at INTEGER NOT NULL DEFAULT (strftime('%s', 'now')))",
        "CREATE UNIQUE INDEX ModuleNameModule ON ModuleName(modid, cmdid)",
        "CREATE TABLE ModuleAlias(name TEXT NOT NULL DEFAULT '' PRIMARY KEY,"
        " target TEXT NOT NULL DEFAULT '')",
        "CREATE INDEX ModuleAliasTarget ON ModuleAlias(target)",
        "CREATE TABLE NameCounter(id INTEGER PRIMARY KEY, cmdid INTEGER NOT NULL)",
        "ALTER TABLE RouteLog ADD COLUMN names_removed INTEGER NOT NULL DEFAULT 0",
    };
}

std::vector<std::string> seventh() {
    const std::string zone = "zone TEXT NOT NULL DEFAULT ''";
    const std::string tags = "tags TEXT NOT NULL DEFAULT ''";
    const std::string owner = "owner BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'";
    return {
        "ALTER TABLE RouteData ADD COLUMN " + zone,
        "ALTER TABLE RouteData ADD COLUMN " + tags,
        "ALTER TABLE RouteData ADD COLUMN " + owner,
        "DROP INDEX RouteDataRow",
        "CREATE INDEX RouteDataRow ON RouteData(modid, cmdid, serverip, serverport, weight, zone,"
        " tags, owner)",
        "CREATE TABLE RouteMore(id INTEGER PRIMARY KEY AUTOINCREMENT, modid INTEGER NOT NULL,"
        " cmdid INTEGER NOT NULL, serverip INTEGER NOT NULL DEFAULT 0, serverport INTEGER NOT NULL,"
        " weight INTEGER NOT NULL DEFAULT 100, " +
            zone + ", " + tags + ", " + owner +
            ", address BLOB NOT NULL DEFAULT x'', host TEXT NOT NULL DEFAULT '',"
            " state INTEGER NOT NULL DEFAULT 0)",
        "CREATE INDEX RouteMoreRow ON RouteMore(modid, cmdid, serverip, serverport, weight, zone,"
        " tags, owner, address, host, state)",
        "ALTER TABLE RouteVersion ADD COLUMN more_rows INTEGER NOT NULL DEFAULT 0",
        "CREATE TABLE RouteSplit(modid INTEGER NOT NULL, cmdid INTEGER NOT NULL,"
        " tag TEXT NOT NULL DEFAULT '', share INTEGER NOT NULL, PRIMARY KEY(modid, cmdid, tag))",
    };
}

std::vector<std::string> eighth() {
    // Rows that somebody wrote, which are many, aren't in it.
    const std::string owned = "(owner) WHERE owner <> x'00000000000000000000000000000000'";
    return {
        "ALTER TABLE RouteData ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX RouteDataOwner ON RouteData" + owned,
        "ALTER TABLE RouteMore ADD COLUMN since INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE RouteMore ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX RouteMoreOwner ON RouteMore" + owned,
        "ALTER TABLE RouteAudit ADD COLUMN modid INTEGER",
        "ALTER TABLE RouteAudit ADD COLUMN cmdid INTEGER",
        "ALTER TABLE RouteAudit ADD COLUMN detail TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX RouteAuditModule ON RouteAudit(modid, cmdid, version)",
        "CREATE TABLE DnsAlive(dns BLOB NOT NULL PRIMARY KEY, address TEXT NOT NULL DEFAULT '',"
        " seen_us INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE TABLE Owner(owner BLOB NOT NULL PRIMARY KEY, host TEXT NOT NULL DEFAULT '',"
        " start INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
        "CREATE TABLE OwnerSession(owner BLOB NOT NULL, dns BLOB NOT NULL, instance BLOB NOT NULL,"
        " since_us INTEGER NOT NULL, ended_us INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(owner, dns))"
        " WITHOUT ROWID",
        "CREATE INDEX OwnerSessionDns ON OwnerSession(dns)",
        "CREATE INDEX OwnerSessionEnded ON OwnerSession(ended_us)",
        "CREATE TABLE HeldExpiry(owner BLOB NOT NULL, modid INTEGER NOT NULL,"
        " cmdid INTEGER NOT NULL, reason TEXT NOT NULL, since_us INTEGER NOT NULL,"
        " confirmed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(owner, modid, cmdid)) WITHOUT ROWID",
    };
}

std::vector<std::string> ninth() {
    const std::string now = " INTEGER NOT NULL DEFAULT (strftime('%s', 'now'))";
    return {
        "CREATE TABLE Account(name TEXT NOT NULL PRIMARY KEY, password TEXT NOT NULL,"
        " roles TEXT NOT NULL, created_at" +
            now + ", changed_at" + now + ") WITHOUT ROWID",
        "CREATE TABLE AccessToken(sha256 BLOB NOT NULL PRIMARY KEY, kind TEXT NOT NULL,"
        " account TEXT NOT NULL, roles TEXT NOT NULL, label TEXT NOT NULL DEFAULT '',"
        " csrf TEXT NOT NULL, created_at" +
            now +
            ", expires_at INTEGER NOT NULL,"
            " used_at INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID",
        "CREATE INDEX AccessTokenAccount ON AccessToken(account)",
        "CREATE INDEX AccessTokenExpiry ON AccessToken(expires_at)",
        "CREATE TABLE RouteHistory(id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL,"
        " made_at" +
            now +
            ", actor TEXT NOT NULL DEFAULT '', action TEXT NOT NULL, modid INTEGER NOT NULL,"
            " cmdid INTEGER NOT NULL, before_json TEXT NOT NULL, after_json TEXT NOT NULL)",
        "CREATE INDEX RouteHistoryModule ON RouteHistory(modid, cmdid, id)",
        "CREATE INDEX RouteHistoryMade ON RouteHistory(made_at)",
    };
}

}  // namespace

const SchemaSql& sqlite_schema() {
    static const SchemaSql all{
        .version_table = "CREATE TABLE IF NOT EXISTS SchemaVersion(version INTEGER PRIMARY KEY)",
        .migrations =
            {first(), second(), third(), fourth(), fifth(), sixth(), seventh(), eighth(), ninth()},
        .version_rises =
            "DROP TRIGGER IF EXISTS lars_version_rises;"
            "CREATE TRIGGER lars_version_rises AFTER UPDATE OF version ON RouteVersion"
            " FOR EACH ROW WHEN NEW.id = 1 AND NEW.version <= OLD.version BEGIN"
            " UPDATE RouteVersion SET version = OLD.version + 1 WHERE id = 1; END",
    };
    return all;
}

}  // namespace lars::store
