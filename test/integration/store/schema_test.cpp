#include "schema_2.hpp"
#include "session.hpp"

using namespace lars;
using namespace lars::test;

TEST_CASE("an empty database is brought up to date, and again without harm") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    for (int round = 0; round < 2; ++round) {
        const auto status = session(session.schema.migrate());
        REQUIRE(status);
        CHECK(status->version == status->latest);
        CHECK(status->triggers);
    }
}

TEST_CASE("a database that wasn't migrated says what to do") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    const auto version = session(session.feed.latest());
    REQUIRE_FALSE(version);
    // Of SQLite there isn't even a file.
    const bool sqlite = kind == std::string("sqlite");
    CHECK(version.error().kind == (sqlite ? store::ErrorKind::missing : store::ErrorKind::schema));
    CHECK(version.error().message.find("run: lars store migrate --store") != std::string::npos);
}

TEST_CASE("dropped triggers are noticed, and a migration brings them back") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.sql("DROP TRIGGER lars_route_delete");
    CHECK_FALSE(session(session.schema.inspect())->triggers);
    CHECK(session(session.schema.migrate())->triggers);
}

TEST_CASE("tables of the schema before weights keep their rows, which get the default weight") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    session.sql(kind == std::string("sqlite") ? kSqliteSchema2 : kMariadbSchema2);
    session.insert(1, 1, 80);
    session.insert(1, 2, 80);
    CHECK(session(session.feed.snapshot()).error().kind == store::ErrorKind::schema);
    REQUIRE(session(session.schema.migrate()));
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->position.version == 3);
    CHECK(table->counted == 2);
    REQUIRE(table->routes.size() == 1);
    REQUIRE(table->routes[0].route.endpoints.size() == 2);
    CHECK(table->routes[0].route.endpoints[1].weight == kDefaultWeight);
    session.sql("DELETE FROM RouteData WHERE serverip = 1");
    const auto changes = session(session.feed.changes_since(table->position));
    REQUIRE(changes);
    CHECK(changes->routes.at(0).removed == 1);
}

namespace {

// The schema of before the console.
void undo_ninth(Session& session) {
    session.sql(
        "DROP TABLE Account; DROP TABLE AccessToken; DROP TABLE RouteHistory;"
        "DELETE FROM SchemaVersion WHERE version = 9;"
    );
}

// The schema of before owners and leases.
void undo_eighth(Session& session) {
    undo_ninth(session);
    const bool sqlite = session.database->url().kind == store::Url::Kind::sqlite;
    const auto drop_index = [&](const std::string& index, const std::string& table) {
        session.sql("DROP INDEX " + index + (sqlite ? "" : " ON " + table));
    };
    drop_index("RouteDataOwner", "RouteData");
    drop_index("RouteMoreOwner", "RouteMore");
    drop_index("RouteAuditModule", "RouteAudit");
    session.sql(
        "DROP TABLE DnsAlive; DROP TABLE Owner; DROP TABLE OwnerSession; DROP TABLE HeldExpiry;"
        "ALTER TABLE RouteData DROP COLUMN since; ALTER TABLE RouteMore DROP COLUMN since;"
        "ALTER TABLE RouteMore DROP COLUMN reason; ALTER TABLE RouteAudit DROP COLUMN modid;"
        "ALTER TABLE RouteAudit DROP COLUMN cmdid; ALTER TABLE RouteAudit DROP COLUMN detail;"
        "DELETE FROM SchemaVersion WHERE version = 8;"
    );
}

// What migration 7 finds.
void undo_seventh(Session& session) {
    undo_eighth(session);
    for (const auto* trigger : {"more", "split"}) {
        for (const auto* event : {"insert", "update", "delete"}) {
            session.sql("DROP TRIGGER lars_" + std::string(trigger) + "_" + event);
        }
    }
    const bool sqlite = session.database->url().kind == store::Url::Kind::sqlite;
    session.sql(sqlite ? "DROP INDEX RouteDataRow" : "DROP INDEX RouteDataRow ON RouteData");
    session.sql(
        "DROP TABLE RouteMore; DROP TABLE RouteSplit;"
        "ALTER TABLE RouteData DROP COLUMN zone; ALTER TABLE RouteData DROP COLUMN tags;"
        "ALTER TABLE RouteData DROP COLUMN owner; ALTER TABLE RouteVersion DROP COLUMN more_rows;"
        "CREATE INDEX RouteDataRow ON RouteData(modid, cmdid, serverip, serverport, weight);"
        "DELETE FROM SchemaVersion WHERE version = 7;"
    );
}

}  // namespace

TEST_CASE("a store of the schema before zones keeps its rows and checks, and takes the rest") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    undo_seventh(session);
    session.insert(1, 0x0A000001, 80);
    session.insert(1, 0x0A000002, 80);
    CHECK(session(session.feed.snapshot()).error().kind == store::ErrorKind::schema);
    const auto before = session.sql("SELECT version, route_rows FROM RouteVersion");
    const auto migrated = session(session.schema.migrate());
    REQUIRE(migrated);
    CHECK(migrated->version == migrated->latest);
    CHECK(migrated->triggers);
    // Who serves beside, at the version before, sees no change.
    CHECK(session.sql("SELECT version, route_rows FROM RouteVersion") == before);
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->counted == 2);
    CHECK(table->rows == 2);
    REQUIRE(table->routes.size() == 1);
    CHECK(table->routes[0].route.endpoints.size() == 2);

    REQUIRE(session(session.edits.put({{{1, 1}, *parse_endpoint("[2001:db8::1]:80"), {}}})));
    CHECK(session(session.feed.snapshot())->counted == 3);
    // It counts RouteData, and finds all rows there.
    CHECK(session.sql("SELECT route_rows FROM RouteVersion") == "2\n");
}

TEST_CASE("a store of the schema before the console keeps its rows, and takes accounts and edits") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    undo_ninth(session);
    session.insert(1, 0x0A000001, 80);
    const auto older = session(session.schema.inspect());
    REQUIRE(older);
    CHECK(older->version == 8);
    const auto migrated = session(session.schema.migrate());
    REQUIRE(migrated);
    CHECK(migrated->version == 9);
    CHECK(migrated->triggers);
    CHECK(session(session.feed.snapshot())->rows == 1);
    session.sql("INSERT INTO Account(name, password, roles) VALUES ('ann', 'p', 'read')");
    CHECK(session.sql("SELECT COUNT(*) FROM Account WHERE created_at > 1700000000") == "1\n");
    CHECK(session.sql("SELECT COUNT(*) FROM AccessToken") == "0\n");
    CHECK(session.sql("SELECT COUNT(*) FROM RouteHistory") == "0\n");
}

TEST_CASE("a store of the schema before names has its rows and log afterwards, and takes names") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    session.insert(1, 1, 80);
    undo_seventh(session);
    // What migration 6 finds.
    for (const auto* trigger : {"name", "alias"}) {
        for (const auto* event : {"insert", "update", "delete"}) {
            session.sql("DROP TRIGGER lars_" + std::string(trigger) + "_" + event);
        }
    }
    session.sql(
        "DROP TABLE ModuleName; DROP TABLE ModuleAlias; DROP TABLE NameCounter;"
        "ALTER TABLE RouteLog DROP COLUMN names_removed;"
        "DELETE FROM SchemaVersion WHERE version = 6;"
    );
    CHECK(session(session.feed.snapshot()).error().kind == store::ErrorKind::schema);
    const auto migrated = session(session.schema.migrate());
    REQUIRE(migrated);
    CHECK(migrated->version == migrated->latest);
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->routes.size() == 1);
    CHECK(table->names.empty());
    REQUIRE(session(session.names.add("payments", ModuleId{1, 1})));
    const auto changes = session(session.feed.changes_since(table->position));
    REQUIRE(changes);
    CHECK(changes->names.at(0).name == "payments");
}

TEST_CASE("migrations of MariaDB may end anywhere, and are run again") {
    Session session("mariadb");
    REQUIRE(session(session.schema.migrate()));
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight) VALUES (1, 1, 1, 80, 7)"
    );
    const auto* lost = GENERATE(
        "DROP TRIGGER lars_route_insert",
        "ALTER TABLE RouteLog DROP COLUMN removed",
        "ALTER TABLE RouteLog DROP COLUMN removed; DROP INDEX RouteDataRow ON RouteData",
        "DROP TABLE ModulePolicy",
        "DROP TABLE ModuleName",
        "ALTER TABLE RouteLog DROP COLUMN names_removed; DROP TABLE ModuleAlias",
        "DROP TABLE RouteMore",
        "ALTER TABLE RouteVersion DROP COLUMN more_rows; DROP TABLE RouteSplit",
        "ALTER TABLE RouteData DROP COLUMN owner",
        "DROP TABLE AccessToken"
    );
    CAPTURE(lost);
    session.sql(std::string("DELETE FROM SchemaVersion WHERE version >= 3; ") + lost);
    const auto status = session(session.schema.migrate());
    REQUIRE(status);
    CHECK(status->version == status->latest);
    CHECK(status->triggers);
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->routes.at(0).route.endpoints.at(0).weight == 7);
}

TEST_CASE("the rows of a range are read from the index alone") {
    Session sqlite("sqlite");
    REQUIRE(sqlite(sqlite.schema.migrate()));
    const std::string rows =
        "SELECT modid, cmdid, serverip, serverport, weight FROM RouteData"
        " WHERE modid = 1 AND cmdid BETWEEN 1 AND 2 AND zone = '' AND tags = ''"
        " AND owner = x'00000000000000000000000000000000'";
    const auto plan = sqlite.sql("EXPLAIN QUERY PLAN " + rows);
    CAPTURE(plan);
    CHECK(plan.find("USING COVERING INDEX RouteDataRow") != std::string::npos);
    Session mariadb("mariadb");
    REQUIRE(mariadb(mariadb.schema.migrate()));
    for (int i = 0; i < 9; ++i) mariadb.insert(i, 1, 80);
    const auto explained = mariadb.sql("EXPLAIN " + rows);
    CAPTURE(explained);
    CHECK(explained.find("RouteDataRow") != std::string::npos);
    CHECK(explained.find("Using index") != std::string::npos);
}

TEST_CASE("the original's tables are widened with their rows") {
    Session session("mariadb");
    session.sql(
        "CREATE TABLE RouteData(id INT UNSIGNED NOT NULL AUTO_INCREMENT, modid INT UNSIGNED NOT "
        "NULL, cmdid INT UNSIGNED NOT NULL, serverip INT UNSIGNED NOT NULL, serverport INT "
        "UNSIGNED NOT NULL, PRIMARY KEY(id)) ENGINE=InnoDB DEFAULT CHARSET=utf8;"
        "CREATE TABLE RouteVersion(id INT UNSIGNED NOT NULL AUTO_INCREMENT, version INT UNSIGNED "
        "NOT NULL, PRIMARY KEY(id)) ENGINE=InnoDB;"
        "CREATE TABLE ServerCallStatus(modid INT NOT NULL, cmdid INT NOT NULL, ip INT NOT NULL, "
        "port INT NOT NULL, caller INT NOT NULL, succ_cnt INT NOT NULL, err_cnt INT NOT NULL, ts "
        "BIGINT NOT NULL, overload CHAR(1) NOT NULL, PRIMARY KEY(modid, cmdid, ip, port, caller)) "
        "ENGINE=InnoDB;"
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 3232235953, 7777);"
        "INSERT INTO RouteVersion(id, version) VALUES (1, 1700000000);"
        "INSERT INTO ServerCallStatus VALUES (1, 1, -1062731343, 7777, 2130706433, 5, 2, 9, '1');"
    );
    REQUIRE(session(session.schema.migrate()));
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(table->position.version == 1'700'000'000);
    REQUIRE(table->routes.size() == 1);
    CHECK(to_string(table->routes[0].route.endpoints[0].endpoint) == "192.168.1.177:7777");
    CHECK(table->routes[0].route.endpoints[0].weight == kDefaultWeight);
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1, 1, 3232235954, 7777)"
    );
    const auto changes = session(session.feed.changes_since(table->position));
    REQUIRE(changes);
    CHECK(changes->routes.at(0).route.endpoints.at(1).weight == kDefaultWeight);
    const auto rows = session(session.status.read({}));
    REQUIRE(rows);
    REQUIRE(rows->size() == 1);
    CHECK(to_string(rows->front().endpoint) == "192.168.1.177:7777");
    CHECK(rows->front().overload);
}
