#include "store/call_sql.hpp"
#include "store/schema/schema_sql.hpp"

namespace lars::store {
namespace {

std::string table(const std::string& definition) {
    return "CREATE TABLE IF NOT EXISTS " + definition + " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4";
}

// Signed columns hold addresses from 128.0.0.0 up as negative numbers.
std::vector<std::string> widen_address(const std::string& column) {
    return {
        "ALTER TABLE ServerCallStatus MODIFY " + column + " BIGINT NOT NULL",
        "UPDATE ServerCallStatus SET " + column + " = " + column + " + 4294967296 WHERE " + column +
            " < 0",
        "ALTER TABLE ServerCallStatus MODIFY " + column + " INT UNSIGNED NOT NULL",
    };
}

std::vector<std::string> first() {
    std::vector<std::string> statements{
        table("RouteData(id INT UNSIGNED NOT NULL AUTO_INCREMENT, modid INT UNSIGNED NOT NULL,"
              " cmdid INT UNSIGNED NOT NULL, serverip INT UNSIGNED NOT NULL,"
              " serverport INT UNSIGNED NOT NULL, PRIMARY KEY(id))"),
        table("RouteVersion(id INT UNSIGNED NOT NULL AUTO_INCREMENT,"
              " version BIGINT UNSIGNED NOT NULL, PRIMARY KEY(id))"),
        table("RouteChange(id INT UNSIGNED NOT NULL AUTO_INCREMENT, modid INT UNSIGNED NOT NULL,"
              " cmdid INT UNSIGNED NOT NULL, version BIGINT NOT NULL, PRIMARY KEY(id))"),
        table("ServerCallStatus(modid INT NOT NULL, cmdid INT NOT NULL, ip INT UNSIGNED NOT NULL,"
              " port INT UNSIGNED NOT NULL, caller INT UNSIGNED NOT NULL,"
              " succ_cnt INT UNSIGNED NOT NULL, err_cnt INT UNSIGNED NOT NULL,"
              " ts BIGINT NOT NULL, overload CHAR(1) NOT NULL,"
              " PRIMARY KEY(modid, cmdid, ip, port, caller))"),
        table("ModIDConfig(id INT UNSIGNED NOT NULL AUTO_INCREMENT, modid INT UNSIGNED,"
              " content VARCHAR(50), PRIMARY KEY(id))"),
        table("CmdIDConfig(id INT UNSIGNED NOT NULL AUTO_INCREMENT, cmdid INT UNSIGNED,"
              " content VARCHAR(50), PRIMARY KEY(id))"),
        table("RouteLog(version BIGINT UNSIGNED NOT NULL, modid INT UNSIGNED NOT NULL,"
              " cmdid INT UNSIGNED NOT NULL, PRIMARY KEY(version, modid, cmdid))"),
        "ALTER TABLE RouteVersion ENGINE=InnoDB, MODIFY version BIGINT UNSIGNED NOT NULL",
        "ALTER TABLE RouteData ENGINE=InnoDB",
        "ALTER TABLE ServerCallStatus ENGINE=InnoDB",
        "CREATE INDEX IF NOT EXISTS RouteDataModule ON RouteData(modid, cmdid)",
    };
    for (const auto* column : {"ip", "caller"}) {
        for (auto& statement : widen_address(column)) statements.push_back(std::move(statement));
    }
    statements.insert(
        statements.end(),
        {
            "ALTER TABLE ServerCallStatus MODIFY port INT UNSIGNED NOT NULL,"
            " MODIFY succ_cnt INT UNSIGNED NOT NULL, MODIFY err_cnt INT UNSIGNED NOT NULL",
            "INSERT IGNORE INTO RouteVersion(id, version) VALUES (1, 1)",
        }
    );
    return statements;
}

// When changes were logged, how many rows there should be, who removed rows on purpose, and an
// index from which the rows of a module, and checksums, are read without touching the table.
std::vector<std::string> second() {
    return {
        "ALTER TABLE RouteLog ADD COLUMN IF NOT EXISTS logged_us BIGINT UNSIGNED NOT NULL"
        " DEFAULT 0",
        table("RouteAudit(id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,"
              " version BIGINT UNSIGNED NOT NULL,"
              " made_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,"
              " action VARCHAR(20) NOT NULL, actor VARCHAR(200) NOT NULL DEFAULT '',"
              " removed INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY(id), KEY(version))"),
        "ALTER TABLE RouteVersion ADD COLUMN IF NOT EXISTS route_rows BIGINT NOT NULL DEFAULT 0",
        "UPDATE RouteVersion SET route_rows = (SELECT COUNT(*) FROM RouteData)",
        "CREATE INDEX IF NOT EXISTS RouteDataRow"
        " ON RouteData(modid, cmdid, serverip, serverport)",
        "DROP INDEX IF EXISTS RouteDataModule ON RouteData",
    };
}

// Weights, in the index too; how many rows a change took out of its module; and policies.
std::vector<std::string> third() {
    return {
        "ALTER TABLE RouteData ADD COLUMN IF NOT EXISTS weight SMALLINT UNSIGNED NOT NULL"
        " DEFAULT 100, DROP INDEX IF EXISTS RouteDataRow,"
        " ADD INDEX RouteDataRow(modid, cmdid, serverip, serverport, weight)",
        "ALTER TABLE RouteLog ADD COLUMN IF NOT EXISTS removed TINYINT UNSIGNED NOT NULL"
        " DEFAULT 0",
        table("ModulePolicy(modid INT UNSIGNED NOT NULL, cmdid INT UNSIGNED NOT NULL,"
              " name VARCHAR(64) NOT NULL, parameters TEXT NOT NULL DEFAULT '{}',"
              " PRIMARY KEY(modid, cmdid))"),
    };
}

// Sums are BIGINT: no outage of an agent is long enough to overflow them. Addresses as INET6_ATON
// has them.
std::string history(const std::string& name) {
    std::string columns = name +
                          "(start INT UNSIGNED NOT NULL, modid INT UNSIGNED NOT NULL,"
                          " cmdid INT UNSIGNED NOT NULL, address VARBINARY(16) NOT NULL,"
                          " port SMALLINT UNSIGNED NOT NULL";
    for (const auto& sum : history_sums()) columns += ", " + sum + " BIGINT UNSIGNED NOT NULL";
    return table(
        columns + ", PRIMARY KEY(start, modid, cmdid, address, port), KEY(modid, cmdid, start))"
    );
}

// Call history, what of it is to be summed up, how far each agent's batches are in it, and who
// looks after it; alarms.
std::vector<std::string> fourth() {
    return {
        history("CallHistory"),
        history("CallHistoryHour"),
        history("CallHistoryDay"),
        table("CallHistoryDue(length INT UNSIGNED NOT NULL, start INT UNSIGNED NOT NULL,"
              " PRIMARY KEY(length, start))"),
        table("ReportProgress(instance VARBINARY(16) NOT NULL, seq BIGINT UNSIGNED NOT NULL,"
              " seq_before BIGINT UNSIGNED NOT NULL, seen INT UNSIGNED NOT NULL,"
              " PRIMARY KEY(instance), KEY(seen))"),
        table("Lease(duty VARCHAR(32) NOT NULL, holder VARCHAR(64) NOT NULL,"
              " until_us BIGINT UNSIGNED NOT NULL, PRIMARY KEY(duty))"),
        // No module: all of them.
        table(
            "AlarmRule(id INT UNSIGNED NOT NULL AUTO_INCREMENT, modid INT UNSIGNED,"
            " cmdid INT UNSIGNED, kind VARCHAR(16) NOT NULL, threshold DOUBLE NOT NULL DEFAULT 0,"
            " hold_s INT UNSIGNED NOT NULL DEFAULT 60, min_calls INT UNSIGNED NOT NULL DEFAULT 10,"
            " severity VARCHAR(32) NOT NULL DEFAULT 'warning',"
            " comment VARCHAR(200) NOT NULL DEFAULT '',"
            " made_at INT UNSIGNED NOT NULL DEFAULT UNIX_TIMESTAMP(), PRIMARY KEY(id))"
        ),
        table("AlarmState(rule INT UNSIGNED NOT NULL, modid INT UNSIGNED NOT NULL,"
              " cmdid INT UNSIGNED NOT NULL, since INT UNSIGNED NOT NULL,"
              " firing TINYINT UNSIGNED NOT NULL, PRIMARY KEY(rule, modid, cmdid))"),
    };
}

// Which store this is, and whose place it has taken.
std::vector<std::string> fifth() {
    return {
        table("StoreIdentity(id BIGINT UNSIGNED NOT NULL, standing VARCHAR(16) NOT NULL,"
              " version BIGINT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY(id))"),
    };
}

// Names of modules, the ids that are given to them, and how many left a module with a change.
std::vector<std::string> sixth() {
    const std::string text =
        "VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''";
    return {
        table(
            "ModuleName(name " + text +
            ", modid INT UNSIGNED NOT NULL,"
            " cmdid INT UNSIGNED NOT NULL,"
            " created_at INT UNSIGNED NOT NULL DEFAULT UNIX_TIMESTAMP(), PRIMARY KEY(name),"
            " UNIQUE KEY ModuleNameModule(modid, cmdid))"
        ),
        table(
            "ModuleAlias(name " + text + ", target " + text +
            ", PRIMARY KEY(name), KEY ModuleAliasTarget(target))"
        ),
        table("NameCounter(id INT UNSIGNED NOT NULL, cmdid INT UNSIGNED NOT NULL, PRIMARY KEY(id))"
        ),
        "ALTER TABLE RouteLog ADD COLUMN IF NOT EXISTS names_removed INT UNSIGNED NOT NULL"
        " DEFAULT 0",
    };
}

// Zones, tags and owners of endpoints; those that RouteData can't hold; and shares of tags.
// RouteMore has RouteData's columns, too. Only what RouteData holds counts in route_rows, as those
// who know nothing of RouteMore expect.
std::vector<std::string> seventh() {
    const auto text = [](int length) {
        return "VARCHAR(" + std::to_string(length) +
               ") CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''";
    };
    const auto zone = text(64);
    const auto tags = text(255);
    const std::string owner = "BINARY(16) NOT NULL DEFAULT ''";
    return {
        "ALTER TABLE RouteData ADD COLUMN IF NOT EXISTS zone " + zone +
            ", ADD COLUMN IF NOT EXISTS tags " + tags + ", ADD COLUMN IF NOT EXISTS owner " +
            owner +
            ", DROP INDEX IF EXISTS RouteDataRow, ADD INDEX RouteDataRow(modid, cmdid, serverip,"
            " serverport, weight, zone, tags, owner)",
        table(
            "RouteMore(id INT UNSIGNED NOT NULL AUTO_INCREMENT, modid INT UNSIGNED NOT NULL,"
            " cmdid INT UNSIGNED NOT NULL, serverip INT UNSIGNED NOT NULL DEFAULT 0,"
            " serverport INT UNSIGNED NOT NULL, weight SMALLINT UNSIGNED NOT NULL DEFAULT 100,"
            " zone " +
            zone + ", tags " + tags + ", owner " + owner +
            ", address VARBINARY(16) NOT NULL DEFAULT '', host " + text(253) +
            ", state TINYINT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY(id), KEY RouteMoreRow(modid,"
            " cmdid, serverip, serverport, weight, zone, tags, owner, address, host, state))"
        ),
        "ALTER TABLE RouteVersion ADD COLUMN IF NOT EXISTS more_rows BIGINT NOT NULL DEFAULT 0",
        table(
            "RouteSplit(modid INT UNSIGNED NOT NULL, cmdid INT UNSIGNED NOT NULL, tag " +
            text(127) + ", share INT UNSIGNED NOT NULL, PRIMARY KEY(modid, cmdid, tag))"
        ),
    };
}

// Since when an instance stands as it does, and why it doesn't serve; whom audit entries are of,
// and why; who lives; and what isn't taken away, because much would be.
std::vector<std::string> eighth() {
    const std::string id = "BINARY(16) NOT NULL";
    return {
        "ALTER TABLE RouteData ADD COLUMN IF NOT EXISTS since INT UNSIGNED NOT NULL DEFAULT 0,"
        " ADD INDEX IF NOT EXISTS RouteDataOwner(owner)",
        "ALTER TABLE RouteMore ADD COLUMN IF NOT EXISTS since INT UNSIGNED NOT NULL DEFAULT 0,"
        " ADD COLUMN IF NOT EXISTS reason VARCHAR(200) NOT NULL DEFAULT '',"
        " ADD INDEX IF NOT EXISTS RouteMoreOwner(owner)",
        "ALTER TABLE RouteAudit ADD COLUMN IF NOT EXISTS modid INT UNSIGNED,"
        " ADD COLUMN IF NOT EXISTS cmdid INT UNSIGNED,"
        " ADD COLUMN IF NOT EXISTS detail VARCHAR(255) NOT NULL DEFAULT '',"
        " ADD INDEX IF NOT EXISTS RouteAuditModule(modid, cmdid, version)",
        table(
            "DnsAlive(dns " + id +
            ", address VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',"
            " seen_us BIGINT UNSIGNED NOT NULL, PRIMARY KEY(dns))"
        ),
        table(
            "Owner(owner " + id +
            ", host VARCHAR(200) NOT NULL DEFAULT '', start BIGINT UNSIGNED NOT NULL DEFAULT 0,"
            " seq BIGINT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY(owner))"
        ),
        table(
            "OwnerSession(owner " + id + ", dns " + id + ", instance " + id +
            ", since_us BIGINT UNSIGNED NOT NULL, ended_us BIGINT UNSIGNED NOT NULL DEFAULT 0,"
            " PRIMARY KEY(owner, dns), KEY OwnerSessionDns(dns),"
            " KEY OwnerSessionEnded(ended_us))"
        ),
        table(
            "HeldExpiry(owner " + id +
            ", modid INT UNSIGNED NOT NULL, cmdid INT UNSIGNED NOT NULL,"
            " reason VARCHAR(16) NOT NULL, since_us BIGINT UNSIGNED NOT NULL,"
            " confirmed TINYINT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY(owner, modid, cmdid))"
        ),
    };
}

// Who may use the console, and how modules were before and after each edit there.
std::vector<std::string> ninth() {
    const auto text = [](int length) {
        return "VARCHAR(" + std::to_string(length) +
               ") CHARACTER SET ascii COLLATE ascii_bin NOT NULL";
    };
    const std::string now = " INT UNSIGNED NOT NULL DEFAULT UNIX_TIMESTAMP()";
    return {
        table(
            "Account(name " + text(64) + ", password " + text(200) + ", roles " + text(60) +
            ", created_at" + now + ", changed_at" + now + ", PRIMARY KEY(name))"
        ),
        table(
            "AccessToken(sha256 BINARY(32) NOT NULL, kind " + text(10) + ", account " + text(64) +
            ", roles " + text(60) + ", label VARCHAR(200) NOT NULL DEFAULT '', csrf " + text(32) +
            ", created_at" + now +
            ", expires_at BIGINT UNSIGNED NOT NULL,"
            " used_at INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY(sha256),"
            " KEY AccessTokenAccount(account), KEY AccessTokenExpiry(expires_at))"
        ),
        table(
            "RouteHistory(id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,"
            " version BIGINT UNSIGNED NOT NULL, made_at" +
            now +
            ", actor VARCHAR(200) NOT NULL DEFAULT '', action VARCHAR(20) NOT NULL,"
            " modid INT UNSIGNED NOT NULL, cmdid INT UNSIGNED NOT NULL,"
            " before_json MEDIUMTEXT NOT NULL, after_json MEDIUMTEXT NOT NULL, PRIMARY KEY(id),"
            " KEY RouteHistoryModule(modid, cmdid, id), KEY RouteHistoryMade(made_at))"
        ),
    };
}

}  // namespace

const SchemaSql& mariadb_schema() {
    static const SchemaSql all{
        .version_table = table("SchemaVersion(version INT NOT NULL PRIMARY KEY)"),
        .migrations =
            {first(), second(), third(), fourth(), fifth(), sixth(), seventh(), eighth(), ninth()},
        .version_rises =
            "CREATE OR REPLACE TRIGGER lars_version_rises BEFORE UPDATE ON RouteVersion"
            " FOR EACH ROW BEGIN IF NEW.version <= OLD.version THEN"
            " SET NEW.version = OLD.version + 1; END IF; END",
    };
    return all;
}

}  // namespace lars::store
