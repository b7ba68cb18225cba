#include "store/engine/mariadb/mariadb_errors.hpp"
#include "store/engine/sqlite/sqlite_errors.hpp"
#include "support/catch.hpp"

#include <errmsg.h>
#include <mysqld_error.h>
#include <sqlite3.h>

using namespace lars::store;

namespace {

Error mariadb(unsigned code, const std::string& said = "said") {
    return mariadb_error(*parse_url("mysql://lars@db/lars_dns"), code, said, "SELECT 1");
}

Error sqlite(int code, const std::string& said = "said") {
    return sqlite_error("/lars.db", code, said, "SELECT 1");
}

}  // namespace

TEST_CASE("errors of MariaDB are told apart by what a caller can do") {
    CHECK(mariadb(ER_LOCK_DEADLOCK).kind == ErrorKind::conflict);
    CHECK(mariadb(ER_LOCK_WAIT_TIMEOUT).kind == ErrorKind::conflict);
    CHECK(mariadb(CR_SERVER_LOST).kind == ErrorKind::unavailable);
    CHECK(mariadb(ER_SERVER_SHUTDOWN).kind == ErrorKind::unavailable);
    CHECK(mariadb(ER_DUP_ENTRY).kind == ErrorKind::internal);
    CHECK(mariadb(ER_DUP_ENTRY).message == "mysql://lars@db/lars_dns, SELECT 1: said");
}

TEST_CASE("an error of MariaDB says what to do where that is known") {
    const auto schema = mariadb(ER_NO_SUCH_TABLE);
    CHECK(schema.kind == ErrorKind::schema);
    CHECK(schema.message.ends_with("run: lars store migrate --store 'mysql://lars@db/lars_dns'"));
    const auto refused = mariadb(ER_ACCESS_DENIED_ERROR);
    CHECK(refused.kind == ErrorKind::refused);
    CHECK(refused.message.ends_with("set LARS_STORE_PASSWORD"));
    const auto trigger = mariadb(ER_PARSE_ERROR, "Trigger 't' has an error in its body: 'x'");
    CHECK(trigger.kind == ErrorKind::unavailable);
    CHECK(trigger.message.ends_with("run FLUSH TABLES on that server"));
    CHECK(mariadb(ER_PARSE_ERROR).kind == ErrorKind::internal);
}

TEST_CASE("errors of SQLite are told apart by what a caller can do") {
    CHECK(sqlite(SQLITE_BUSY_SNAPSHOT).kind == ErrorKind::conflict);
    CHECK(sqlite(SQLITE_FULL).kind == ErrorKind::unavailable);
    CHECK(sqlite(SQLITE_READONLY).kind == ErrorKind::refused);
    CHECK(sqlite(SQLITE_CONSTRAINT).kind == ErrorKind::internal);
    const auto schema = sqlite(SQLITE_ERROR, "no such table: RouteData");
    CHECK(schema.kind == ErrorKind::schema);
    CHECK(schema.message.ends_with("run: lars store migrate --store sqlite:///lars.db"));
    CHECK(sqlite(SQLITE_CANTOPEN).message.ends_with("does its directory exist?"));
}
