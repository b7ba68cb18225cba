#include "store/engine/dialect.hpp"

#include "store/engine/mariadb/mariadb_connection.hpp"
#include "store/engine/sqlite/sqlite_connection.hpp"
#include "support/catch.hpp"

using namespace lars::store;

TEST_CASE("words in braces are replaced, each as often as it stands there") {
    CHECK(fill("a {x} {y} {x}", {{"x", "1"}, {"y", "{x}"}}) == "a 1 {x} 1");
    CHECK(fill("nothing to do", {{"x", "1"}}) == "nothing to do");
    CHECK(fill("", {}).empty());
}

TEST_CASE("an upsert names its key where the database wants that") {
    const std::vector<std::string> key{"a", "b"};
    const std::vector<std::string> columns{"c", "d"};
    CHECK(
        upsert(kSqliteDialect, "T", key, columns, 1) ==
        "INSERT INTO T(a, b, c, d) VALUES (?, ?, ?, ?) ON CONFLICT(a, b) DO UPDATE SET"
        " c = excluded.c, d = excluded.d"
    );
    CHECK(
        upsert(kMariadbDialect, "T", key, columns, 2) ==
        "INSERT INTO T(a, b, c, d) VALUES (?, ?, ?, ?), (?, ?, ?, ?) ON DUPLICATE KEY UPDATE"
        " c = VALUES(c), d = VALUES(d)"
    );
}

TEST_CASE("a write is a transaction, and single statements aren't") {
    for (const auto* dialect : {&kSqliteDialect, &kMariadbDialect}) {
        CHECK(dialect->begin(Mode::read).empty());
        CHECK(dialect->begin(Mode::write_each).empty());
        CHECK_FALSE(dialect->begin(Mode::snapshot).empty());
        CHECK_FALSE(dialect->begin(Mode::write).empty());
        CHECK_FALSE(dialect->begin(Mode::write_once).empty());
    }
    CHECK(kSqliteDialect.begin(Mode::schema).size() == 1);
    CHECK(kMariadbDialect.begin(Mode::schema).empty());
    CHECK(kMariadbDialect.begin(Mode::write_committed).size() == 2);
}
