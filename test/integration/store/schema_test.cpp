#include "session.hpp"

using namespace lars;
using namespace lars::test;

TEST_CASE("an empty database is brought up to date, and again without harm") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    for (int round = 0; round < 2; ++round) {
        const auto status = session(session.store->migrate());
        REQUIRE(status);
        CHECK(status->version == status->latest);
        CHECK(status->triggers);
    }
}

TEST_CASE("a database that wasn't migrated says what to do") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    const auto version = session(session.store->version());
    REQUIRE_FALSE(version);
    CHECK(version.error().kind == store::ErrorKind::schema);
    CHECK(version.error().message.find("run: lars store migrate --store") != std::string::npos);
}

TEST_CASE("dropped triggers are noticed, and a migration brings them back") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.store->migrate()));
    session.sql("DROP TRIGGER lars_route_delete");
    CHECK_FALSE(session(session.store->inspect())->triggers);
    CHECK(session(session.store->migrate())->triggers);
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
    REQUIRE(session(session.store->migrate()));
    const auto table = session(session.store->load_all());
    REQUIRE(table);
    CHECK(table->position.version == 1'700'000'000);
    REQUIRE(table->routes.size() == 1);
    CHECK(to_string(table->routes[0].route.endpoints[0].endpoint) == "192.168.1.177:7777");
    const auto rows = session(session.store->read_status({}));
    REQUIRE(rows);
    REQUIRE(rows->size() == 1);
    CHECK(to_string(rows->front().endpoint) == "192.168.1.177:7777");
    CHECK(rows->front().overload);
}
