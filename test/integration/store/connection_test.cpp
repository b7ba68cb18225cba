#include "session.hpp"
#include "store/database_clock.hpp"

#include <fstream>

using namespace lars;
using namespace lars::test;

namespace {

/// Runs SQL now, and other SQL at the end.
class Meanwhile {
public:
    Meanwhile(const std::string& first, std::string last) : last_(std::move(last)) {
        shared_mariadb().sql(first);
    }
    ~Meanwhile() { shared_mariadb().sql(last_); }

private:
    std::string last_;
};

Awaitable<std::vector<std::string>> read_settings(store::Connection& connection) {
    auto reading = connection.query_text(
        "SELECT @@autocommit, @@completion_type, @@time_zone, @@sql_mode, @@tx_isolation,"
        " @@character_set_client, @@sql_safe_updates"
    );
    auto table = co_await std::move(reading);
    co_return std::move(table.values);
}

}  // namespace

TEST_CASE("a session is set to what it relies on, whatever the server's defaults are") {
    const Meanwhile other(
        "SET GLOBAL autocommit = 0, completion_type = 2, sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT',"
        " tx_isolation = 'READ-UNCOMMITTED', time_zone = '+05:00', init_connect ="
        " 'SET autocommit = 0, time_zone = ''-11:00'', sql_safe_updates = 1, NAMES latin1'",
        "SET GLOBAL autocommit = 1, completion_type = 0, sql_mode = DEFAULT,"
        " tx_isolation = 'REPEATABLE-READ', time_zone = 'SYSTEM', init_connect = ''"
    );
    Session session("mariadb");
    REQUIRE(session(session.schema.migrate()));
    const auto settings = session(session.connection->run(store::Mode::read, read_settings));
    REQUIRE(settings);
    CHECK(
        *settings ==
        std::vector<std::string>{
            "1",
            "NO_CHAIN",
            "+00:00",
            "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
            "REPEATABLE-READ",
            "utf8mb4",
            "0"}
    );
    const store::AlarmRule rule{.threshold = 0.1, .severity = "warning"};
    REQUIRE(session(session.alarms.add_rule(rule)));
    CHECK(session.sql("SELECT COUNT(*) FROM AlarmRule") == "1\n");
    REQUIRE(session(session.leases.acquire("alarms", "me", std::chrono::seconds(9))));
    CHECK(session.sql("SELECT holder FROM Lease") == "me\n");
    const auto before = session(session.feed.version());
    session.sql(
        "INSERT INTO RouteData(id, modid, cmdid, serverip, serverport) VALUES (1, 1, 1, 1, 80); "
        "COMMIT"
    );
    CHECK(*session(session.feed.version()) > *before);
}

TEST_CASE("a password that was changed, on the server and in its file, is used without a restart") {
    Session session("mariadb");
    REQUIRE(session(session.schema.migrate()));
    const TempDir directory;
    const auto path = directory.file("password");
    auto url = session.database->url();
    std::ofstream(path) << url.password << '\n';
    url.password_file = path;
    const auto database = store::make_database(session.context.get_executor(), url);
    store::ChangeFeed feed(*database);
    REQUIRE(session(feed.version()));
    const auto set_password = [](const std::string& password) {
        return "SET PASSWORD FOR lars@127.0.0.1 = PASSWORD('" + password + "');";
    };
    const Meanwhile changed(set_password("new"), set_password(url.password));
    shared_mariadb().sql("KILL USER lars");
    CHECK_FALSE(session(feed.version()));
    CHECK(session(feed.version()).error().kind == store::ErrorKind::refused);
    std::ofstream(path) << "new\r\n";
    CHECK(session(feed.version()));
}

TEST_CASE("the database's clock is read, on both databases") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const auto time = session(store::DatabaseClock(*session.connection).now());
    REQUIRE(time);
    const auto difference = *time - std::chrono::system_clock::now();
    CHECK(std::chrono::abs(difference) < std::chrono::hours(1));
}
