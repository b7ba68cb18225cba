#include "session.hpp"
#include "store/backup/backup_tables.hpp"
#include "store/store_backup.hpp"
#include "support/temp_dir.hpp"

#include <boost/crc.hpp>

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <set>
#include <sstream>

using namespace lars;
using namespace lars::test;

namespace {

std::string content_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

/// Something in every table, NULLs and bytes among it.
void fill(Session& session) {
    session.sql(
        "INSERT INTO RouteMore(modid, cmdid, serverport, zone, tags, owner, address, host, state)"
        " VALUES (1, 1, 80, 'eu-1/a', 'a=1,b=2', x'000102030405060708090A0B0C0D0E0F', x'', 'db', "
        "1),"
        " (1, 1, 80, '', '', x'00000000000000000000000000000000',"
        " x'20010DB8000000000000000000000001', '', 0);"
        "INSERT INTO RouteSplit(modid, cmdid, tag, share) VALUES (1, 1, 'a=1', 50000)"
    );
    session.insert(1, 1, 80);
    session.insert(1, 2, 80);
    session.insert(2, 1, 80);
    session.sql(
        "DELETE FROM RouteData WHERE serverip = 2;"
        "UPDATE RouteData SET weight = 7 WHERE modid = 2;"
        "INSERT INTO ModulePolicy VALUES (1, 1, 'adaptive', '{\"decay\": 0.5}');"
        "INSERT INTO ModuleName VALUES ('payments', 1, 1, 1700000000);"
        "INSERT INTO ModuleAlias VALUES ('pay', 'payments');"
        "INSERT INTO NameCounter VALUES (1, 7);"
        "INSERT INTO RouteAudit(version, action, actor, removed)"
        " VALUES (2, 'remove', 'a name\twith a tab', 1);"
        "INSERT INTO RouteChange(modid, cmdid, version) VALUES (1, 1, 5);"
        "INSERT INTO ModIDConfig(modid, content) VALUES (1, 'gr\xc3\xbc\xc3\x9f'), (NULL, NULL);"
        "INSERT INTO CmdIDConfig(cmdid, content) VALUES (1, '');"
        "INSERT INTO ServerCallStatus VALUES (1, 1, 1, 80, 9, 5, 2, 1700000000, '1');"
        "INSERT INTO AlarmRule(kind, threshold) VALUES ('error_rate', 0.25);"
        "INSERT INTO AlarmRule(modid, cmdid, kind, threshold) VALUES (1, 1, 'p99', 0.5);"
        "INSERT INTO AlarmState VALUES (1, 1, 1, 1700000000, 1);"
        "INSERT INTO CallHistoryDue VALUES (3600, 1699999200);"
        "INSERT INTO ReportProgress VALUES (X'00FF0102030405060708090A0B0C0D0E', 7, 6, 1700000000);"
        "INSERT INTO Account VALUES ('ann', '$argon2id$', 'read', 1700000000, 1700000001);"
        "INSERT INTO AccessToken VALUES ("
        "X'000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F', 'api', 'ann', 'read',"
        " 'gr\xc3\xbc\xc3\x9f', 'c', 1700000000, 9999999999, 0);"
        "INSERT INTO RouteHistory VALUES (3, 2, 1700000000, 'ann', 'edit', 1, 1, '{}', "
        "'{\"a\":1}');"
    );
    for (const auto* table : {"CallHistory", "CallHistoryHour", "CallHistoryDay"}) {
        std::string columns =
            "start, modid, cmdid, address, port, succ, err, latency_sum_us,"
            " overloaded_ms";
        std::string values = "1699999200, 1, 1, X'0A000001', 80, 3, 1, 4611686018427387904, 5";
        for (int i = 0; i < 18; ++i) {
            columns += ", b" + std::to_string(i);
            values += ", " + std::to_string(i);
        }
        session.sql(
            "INSERT INTO " + std::string(table) + "(" + columns + ") VALUES (" + values + ")"
        );
    }
}

/// Of a store that is made now.
std::uint64_t session_id(Session& session) {
    const auto made = session(session.schema.migrate());
    REQUIRE(made);
    return made->identity.id;
}

/// What a table has, in the shell's words.
std::string rows_of(Session& session, const std::string& table) {
    const auto* backed_up = store::find_backup_table(table);
    REQUIRE(backed_up);
    return session.sql("SELECT " + backed_up->fields() + " FROM " + table + " ORDER BY 1, 2");
}

}  // namespace

TEST_CASE("a backup has every table, but what is of the moment or in its head") {
    Session session("sqlite");
    REQUIRE(session(session.schema.migrate()));
    std::istringstream names(session.sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ));
    const std::set<std::string> others{
        "Lease",
        "SchemaVersion",
        "RouteVersion",
        "StoreIdentity",
        "DnsAlive",
        "Owner",
        "OwnerSession",
        "HeldExpiry"};
    std::string name;
    while (std::getline(names, name)) {
        CAPTURE(name);
        const auto* table = store::find_backup_table(name);
        CHECK((table != nullptr) != others.contains(name));
        if (!table) continue;
        const auto columns = session.sql("SELECT COUNT(*) FROM pragma_table_info('" + name + "')");
        CHECK(std::to_string(table->columns.size()) + "\n" == columns);
    }
}

TEST_CASE("what a store had is in another one after a restore, of either database") {
    const auto from = GENERATE("sqlite", "mariadb");
    const auto to = GENERATE("sqlite", "mariadb");
    CAPTURE(from, to);
    const TempDir directory;
    const auto path = directory.file("backup");
    std::map<std::string, std::string> rows;
    store::BackupSummary written;
    {
        Session source(from);
        const auto own = session_id(source);
        fill(source);
        store::StoreBackup backup(*source.connection);
        std::size_t done = 0;
        const auto progress = [&done](std::size_t some, std::size_t) { done = some; };
        const auto summary = source(backup.write(path, progress));
        REQUIRE(summary);
        written = *summary;
        CHECK(written.store_id == own);
        CHECK(done == written.rows);
        for (const auto& table : store::backup_tables()) {
            rows[table.name] = rows_of(source, table.name);
            CHECK_FALSE(rows[table.name].empty());
        }
    }
    Session target(to);
    const auto before = session_id(target);
    target.insert(9, 9, 80);
    store::StoreBackup backup(*target.connection);
    const auto refused = target(backup.restore(path, store::Overwrite::no, {}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("--force") != std::string::npos);
    CHECK(target(target.edits.list({}))->size() == 1);

    const auto restored = target(backup.restore(path, store::Overwrite::yes, {}));
    REQUIRE(restored);
    CHECK(restored->rows == written.rows);
    CHECK(restored->version > written.version + 1'000'000);
    for (const auto& [table, text] : rows) {
        CAPTURE(table);
        if (table == "RouteAudit") continue;  // has the confirmation, too
        CHECK(rows_of(target, table) == text);
    }
    const auto table = target(target.feed.snapshot());
    REQUIRE(table);
    CHECK(table->identity.id == written.store_id);
    CHECK(table->identity.has_adopted(before));
    CHECK(table->confirmed_at == restored->version);
    CHECK(table->counted == table->rows);
    CHECK(table->routes.at(0).route.policy.name == "adaptive");
}

TEST_CASE("many rows are written and restored, page by page") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const TempDir directory;
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    std::vector<store::RouteRow> many;
    for (std::uint32_t ip = 1; ip <= 25'000; ++ip) {
        many.push_back({{1, 1}, Endpoint::from_ipv4(ip, 80), {}});
    }
    REQUIRE(session(session.edits.put(many)));
    store::StoreBackup backup(*session.connection);
    const auto path = directory.file("backup");
    REQUIRE(session(backup.write(path, {})));
    const auto routes = session(session.feed.snapshot())->routes.at(0).sum;
    REQUIRE(session(session.edits.remove({many.begin(), many.begin() + 20'000})));
    REQUIRE(session(backup.restore(path, store::Overwrite::yes, {})));
    CHECK(session(session.feed.snapshot())->routes.at(0).sum == routes);
}

TEST_CASE("a backup that isn't whole changes nothing") {
    Session session("sqlite");
    REQUIRE(session(session.schema.migrate()));
    fill(session);
    const TempDir directory;
    const auto path = directory.file("backup");
    store::StoreBackup backup(*session.connection);
    REQUIRE(session(backup.write(path, {})));
    const auto good = content_of(path);
    const auto before = session(session.feed.latest()).value();
    const auto refuses = [&](const std::string& text, const std::string& why) {
        std::ofstream(path, std::ios::binary) << text;
        const auto restored = session(backup.restore(path, store::Overwrite::yes, {}));
        REQUIRE_FALSE(restored);
        CHECK(restored.error().message == path + ": " + why);
        CHECK(session(session.feed.latest()).value() == before);
    };
    refuses("", "not a backup of a store");
    refuses("something else\n", "not a backup of a store");
    refuses(good.substr(0, good.size() - 20), "cut short");
    refuses(good.substr(0, good.size() - 1), "cut short");
    auto damaged = good;
    damaged[good.find("table") + 50] ^= 1;
    refuses(damaged, "damaged: its checksum doesn't match");
    auto newer = good;
    newer[std::string("lars-backup\t").size()] = '2';
    refuses(newer, "a backup by a newer version of Lars");
    std::filesystem::remove(path);
    const auto missing = session(backup.restore(path, store::Overwrite::yes, {}));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.find("cannot open") != std::string::npos);
    const auto nowhere = session(backup.write(directory.file("no/such/place"), {}));
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().message.find("cannot write") != std::string::npos);
}

TEST_CASE("a backup of the schema before names is restored, and given ids stay given") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    const auto id = session_id(session);
    REQUIRE(session(session.names.add("payments", {})));
    TempDir directory;
    const auto path = directory.file("old");
    const auto text = "lars-backup\t1\t5\t" + std::to_string(id) + "\t9\t2\t\n" +
                      "table\tRouteData\tid\tmodid\tcmdid\tserverip\tserverport\tweight\n" +
                      "1\t1\t1\t167772161\t80\t100\n" +
                      "table\tRouteLog\tversion\tmodid\tcmdid\tlogged_us\tremoved\n" +
                      "9\t1\t1\t1700000000000000\t0\n";
    boost::crc_32_type crc;
    crc.process_bytes(text.data(), text.size());
    std::ostringstream end;
    end << std::uppercase << std::hex << std::setw(8) << std::setfill('0') << crc.checksum();
    std::ofstream(path) << text << "end\t" << end.str() << '\n';
    const auto restored =
        session(store::StoreBackup(*session.connection).restore(path, store::Overwrite::yes, {}));
    REQUIRE(restored);
    CHECK(session(session.feed.snapshot())->rows == 1);
    // What the backup doesn't speak of stays.
    CHECK(session(session.names.add("billing", {}))->named.module == ModuleId{1 << 30, 2});
}
