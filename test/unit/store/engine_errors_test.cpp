#include "store/engine/mariadb/mariadb_errors.hpp"
#include "store/engine/sqlite/sqlite_errors.hpp"
#include "support/catch.hpp"

#include <errmsg.h>
#include <mysqld_error.h>
#include <sqlite3.h>
#include <sys/resource.h>

using namespace lars::store;

namespace {

Error mariadb(unsigned code, const std::string& said = "said") {
    return mariadb_error(*parse_url("mysql://lars@db/lars_dns"), code, said, "reading it");
}

Error sqlite(int code, const std::string& said = "said") {
    return sqlite_error("/lars.db", code, said, "reading it");
}

}  // namespace

TEST_CASE("errors of MariaDB are told apart by what a caller can do") {
    CHECK(mariadb(ER_LOCK_DEADLOCK).kind == ErrorKind::conflict);
    CHECK(mariadb(ER_LOCK_WAIT_TIMEOUT).kind == ErrorKind::conflict);
    CHECK(mariadb(CR_SERVER_LOST).kind == ErrorKind::unavailable);
    CHECK(mariadb(ER_SERVER_SHUTDOWN).kind == ErrorKind::unavailable);
    CHECK(mariadb(ER_DUP_ENTRY).kind == ErrorKind::internal);
    CHECK(mariadb(ER_DUP_ENTRY).message == "mysql://lars@db/lars_dns, while reading it: said");
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
    const auto definer = mariadb(ER_NO_SUCH_USER);
    CHECK(definer.kind == ErrorKind::schema);
    CHECK(definer.message.ends_with(
        "privilege TRIGGER run: lars store migrate --store 'mysql://lars@db/lars_dns'"
    ));
}

TEST_CASE("a server that became read-only is told from one that is ill, and what to do") {
    for (const auto code :
         {ER_OPTION_PREVENTS_STATEMENT,
          ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION,
          ER_READ_ONLY_MODE}) {
        const auto error = mariadb(code);
        CHECK(error.kind == ErrorKind::read_only);
        CHECK(error.message.find("name the server that takes changes") != std::string::npos);
    }
}

TEST_CASE("a refused password that ends with a blank is said to") {
    auto url = *parse_url("mysql://lars@db/lars_dns");
    url.password = "secret ";
    url.password_file = "/p";
    const auto error = mariadb_error(url, ER_ACCESS_DENIED_ERROR, "denied", "connecting");
    CHECK(error.message.ends_with("denied; the password in /p ends with a blank"));
}

TEST_CASE("a process without descriptors is told so, whatever its database's library says") {
    rlimit old{};
    ::getrlimit(RLIMIT_NOFILE, &old);
    rlimit none = old;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_NOFILE, &none);
    const auto of_sqlite = sqlite(SQLITE_CANTOPEN).message;
    const auto of_mariadb = mariadb(CR_SOCKET_CREATE_ERROR).message;
    ::setrlimit(RLIMIT_NOFILE, &old);
    CHECK(
        of_sqlite.find("no file descriptor left of its 0: raise LimitNOFILE=") != std::string::npos
    );
    CHECK(of_mariadb.find("no file descriptor left of its 0") != std::string::npos);
    CHECK(sqlite(SQLITE_CANTOPEN).message.ends_with("does its directory exist?"));
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
