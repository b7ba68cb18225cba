#include "session.hpp"
#include "store/engine/mariadb/mariadb_connection.hpp"
#include "store/engine/sqlite/sqlite_connection.hpp"
#include "store/name_rows.hpp"

#include <map>

using namespace lars;
using namespace lars::test;

namespace {

constexpr ModuleId kFirstGiven{1 << 30, 1};
constexpr ModuleId kSecondGiven{1 << 30, 2};

std::unique_ptr<Session> make(const std::string& kind) {
    auto session = std::make_unique<Session>(kind);
    REQUIRE((*session)(session->schema.migrate()));
    return session;
}

std::optional<store::NamedModule> resolve(Session& session, const std::string& name) {
    const auto found = session(session.names.resolve(name));
    REQUIRE(found);
    return *found;
}

template <class T>
std::string error_of(const store::Result<T>& result) {
    return result ? "" : result.error().message;
}

store::RowSum sum_of(const std::vector<store::ModuleNames>& names) {
    store::RowSum sum;
    for (const auto& each : names) sum += each.sum;
    return sum;
}

/// Of a feed's reading: what each module is called.
std::map<ModuleId, std::vector<std::string>> called(const std::vector<store::ModuleNames>& names) {
    std::map<ModuleId, std::vector<std::string>> all;
    for (const auto& each : names) {
        if (!each.name.empty()) all[each.module].push_back(each.name);
        for (const auto& alias : each.aliases) all[each.module].push_back(alias);
    }
    return all;
}

using Called = std::map<ModuleId, std::vector<std::string>>;

}  // namespace

TEST_CASE("a service without ids gets some with its name, and no id is given twice") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto own = make(kind);
    auto& session = *own;
    const auto made = session(session.names.add("payments", {}));
    REQUIRE(made);
    CHECK(made->changed);
    CHECK(made->named == store::NamedModule{"payments", kFirstGiven, ""});
    CHECK(session(session.names.add("billing", {}))->named.module == kSecondGiven);
    CHECK(resolve(session, "payments")->module == kFirstGiven);
    CHECK_FALSE(resolve(session, "nobody"));
    CHECK_FALSE(resolve(session, "no name"));
    CHECK(*session(session.names.remove("billing")) == 1);
    CHECK(session(session.names.add("billing", {}))->named.module == ModuleId{1 << 30, 3});
    // Whoever lowers the counter, what is in use isn't given again.
    session.sql("UPDATE NameCounter SET cmdid = 0");
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport) VALUES (1073741824, 9, 1, 80)"
    );
    CHECK(session(session.names.add("more", {}))->named.module == ModuleId{1 << 30, 10});
}

TEST_CASE("two modules never share a name, and a module has one") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto own = make(kind);
    auto& session = *own;
    REQUIRE(session(session.names.add("payments", ModuleId{1, 1})));
    CHECK_FALSE(session(session.names.add("payments", ModuleId{1, 1}))->changed);
    REQUIRE(session(session.names.add_alias("pay", "payments")));
    CHECK(
        error_of(session(session.names.add("payments", ModuleId{1, 2}))) ==
        "payments is the name of module 1/1 already"
    );
    CHECK(error_of(session(session.names.add("pay", {}))) == "pay is an alias of payments already");
    CHECK(
        error_of(session(session.names.add("other", ModuleId{1, 1})))
            .find("module 1/1 is called payments, and a module has one name") == 0
    );
    CHECK(
        error_of(session(session.names.add("Payments", {}))) ==
        "'Payments' is no name: names are of lower-case letters, digits, '-' and dots"
    );
    CHECK(error_of(session(session.names.add("x", ModuleId{-1, 1}))) == "module -1/1: negative id");
    // The tables say so too.
    CHECK_THROWS(session.sql("INSERT INTO ModuleName(name, modid, cmdid) VALUES ('payments', 9, 9)")
    );
    CHECK_THROWS(session.sql("INSERT INTO ModuleName(name, modid, cmdid) VALUES ('x', 1, 1)"));
}

TEST_CASE("a renamed module is found by its old name, until that is removed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto own = make(kind);
    auto& session = *own;
    REQUIRE(session(session.names.add("a", ModuleId{1, 1})));
    REQUIRE(session(session.names.add("z", ModuleId{1, 2})));
    REQUIRE(session(session.names.rename("a", "b")));
    REQUIRE(session(session.names.rename("b", "c")));
    CHECK(resolve(session, "a") == store::NamedModule{"a", {1, 1}, "c"});
    CHECK(resolve(session, "c") == store::NamedModule{"c", {1, 1}, ""});
    CHECK_FALSE(session(session.names.rename("b", "c"))->changed);
    CHECK(error_of(session(session.names.rename("a", "d"))) == "a is an alias of c: rename that");
    CHECK(
        error_of(session(session.names.rename("c", "z"))) == "z is the name of module 1/2 already"
    );
    CHECK(error_of(session(session.names.rename("x", "y"))) == "no module is called x");
    const auto all = session(session.names.list());
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK(all->at(0).name == "c");
    CHECK(all->at(0).aliases == std::vector<std::string>{"a", "b"});
    CHECK(all->at(0).created_at > 1'700'000'000);
    SECTION("and back") {
        REQUIRE(session(session.names.rename("c", "a")));
        CHECK(resolve(session, "a") == store::NamedModule{"a", {1, 1}, ""});
        CHECK(resolve(session, "c")->target == "a");
    }
    SECTION("an alias is removed alone, a name with its aliases") {
        CHECK(*session(session.names.remove("a")) == 1);
        CHECK_FALSE(resolve(session, "a"));
        CHECK(*session(session.names.remove("c")) == 2);
        CHECK_FALSE(resolve(session, "b"));
        CHECK(error_of(session(session.names.remove("c"))) == "no module is called c");
    }
}

TEST_CASE("a name is pointed at another module, and its aliases with it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto own = make(kind);
    auto& session = *own;
    REQUIRE(session(session.names.add("payments", ModuleId{1, 1})));
    REQUIRE(session(session.names.add("green", ModuleId{1, 2})));
    REQUIRE(session(session.names.add_alias("pay", "payments")));
    REQUIRE(session(session.names.point("payments", ModuleId{1, 3})));
    CHECK(resolve(session, "pay") == store::NamedModule{"pay", {1, 3}, "payments"});
    CHECK_FALSE(session(session.names.point("payments", ModuleId{1, 3}))->changed);
    CHECK(
        error_of(session(session.names.point("payments", ModuleId{1, 2})))
            .find("module 1/2 is called green") == 0
    );
    CHECK(
        error_of(session(session.names.point("pay", ModuleId{1, 4})))
            .find("pay is an alias of payments: point that") == 0
    );
}

TEST_CASE("rows of a name that isn't there make it, all or nothing") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto own = make(kind);
    auto& session = *own;
    const store::RouteRow row{{}, Endpoint::from_ipv4(0x0A000001, 80), {}};
    const auto made = session(session.named_routes.put({}, {{"payments", {{}, {row}}}}));
    REQUIRE(made);
    CHECK(made->count.added == 1);
    CHECK(made->made == std::vector{store::NamedModule{"payments", kFirstGiven, ""}});
    CHECK(session(session.edits.list(kFirstGiven))->size() == 1);
    const auto again = session(session.named_routes.put({}, {{"payments", {{}, {row}}}}));
    CHECK(again->count.present == 1);
    CHECK(again->made.empty());
    const store::RouteRow nowhere{{}, Endpoint::from_ipv4(0, 80), {}};
    CHECK_FALSE(session(session.named_routes.put({}, {{"other", {{}, {nowhere}}}})));
    CHECK_FALSE(resolve(session, "other"));
    CHECK(
        error_of(session(session.named_routes.put({}, {{"payments", {ModuleId{5, 5}, {row}}}}))) ==
        "payments is module 1073741824/1, not 5/5"
    );
}

TEST_CASE("the change feed says of names what is new, what moved and how many went") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    const auto own = make(kind);
    auto& session = *own;
    session.insert(1, 1, 80);
    REQUIRE(session(session.names.add("payments", ModuleId{1, 1})));
    REQUIRE(session(session.names.add_alias("pay", "payments")));
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(called(table->names) == Called{{{1, 1}, {"payments", "pay"}}});
    auto since = table->position;
    const auto changes = [&] {
        auto read = session(session.feed.changes_since(since));
        REQUIRE(read);
        CHECK_FALSE(read->reload);
        since = read->position;
        return std::move(*read);
    };
    SECTION("pointed elsewhere, by whomever: both modules are logged") {
        session.sql("UPDATE ModuleName SET modid = 2 WHERE name = 'payments'");
        const auto read = changes();
        REQUIRE(read.names.size() == 2);
        CHECK(read.names[0].removed == 2);
        CHECK(called(read.names) == Called{{{2, 1}, {"payments", "pay"}}});
    }
    SECTION("renamed: nothing is lost") {
        REQUIRE(session(session.names.rename("payments", "billing")));
        CHECK(called(changes().names) == Called{{{1, 1}, {"billing", "pay", "payments"}}});
    }
    SECTION("an alias that gets another target moves to that module") {
        REQUIRE(session(session.names.add("other", ModuleId{2, 2})));
        changes();
        session.sql("UPDATE ModuleAlias SET target = 'other'");
        const auto read = changes();
        CHECK(called(read.names) == Called{{{1, 1}, {"payments"}}, {{2, 2}, {"other", "pay"}}});
        CHECK(read.names[0].removed == 1);
    }
    SECTION("removed through the store: the log and the audit say how many") {
        REQUIRE(session(session.names.remove("payments")));
        const auto read = changes();
        REQUIRE(read.names.size() == 1);
        CHECK(read.names[0].removed == 2);
        CHECK(read.names[0].removed_at > 0);
        CHECK(read.audited_names == 2);
        CHECK(read.audited == 0);
        const auto later = session(session.feed.snapshot());
        CHECK(later->names.at(0).removed_at == later->position.version);
    }
    SECTION("removed by hand with its alias left: both went") {
        session.sql("DELETE FROM ModuleName");
        const auto read = changes();
        CHECK(called(read.names).empty());
        CHECK(read.names.at(0).removed == 2);
        CHECK(session(session.feed.sum_names(since))->sum == store::RowSum());
    }
    SECTION("routes aren't touched by any of it") {
        REQUIRE(session(session.names.remove("payments")));
        const auto read = changes();
        CHECK(read.routes.at(0).removed == 0);
        CHECK(read.routes.at(0).sum == table->routes.at(0).sum);
    }
}

TEST_CASE("both databases compute the same sum of names as a reader of them") {
    std::vector<store::RowSum> sums;
    for (const auto* kind : {"sqlite", "mariadb"}) {
        CAPTURE(kind);
        const auto own = make(kind);
        auto& session = *own;
        session.sql(
            "INSERT INTO ModuleName(name, modid, cmdid) VALUES ('payments', 1, 1),"
            " ('batch-get.live-list', 2147483647, 0), ('No Name', 3, 3), ('far', 4294967295, 1);"
            "INSERT INTO ModuleAlias VALUES ('pay', 'payments'), ('lost', 'nothing');"
        );
        const auto table = session(session.feed.snapshot());
        REQUIRE(table);
        CHECK(
            called(table->names) ==
            Called{{{1, 1}, {"payments", "pay"}}, {{2147483647, 0}, {"batch-get.live-list"}}}
        );
        CHECK(session(session.names.list())->size() == 2);
        const auto sum = session(session.feed.sum_names(table->position));
        REQUIRE(sum);
        CHECK(sum->sum == sum_of(table->names));
        CHECK(sum->sum.rows == 4);
        sums.push_back(sum->sum);
        session.sql(
            kind == std::string("mariadb") ? "TRUNCATE ModuleName"
                                           : "DROP TRIGGER lars_name_delete;"
                                             "DELETE FROM ModuleName"
        );
        const auto after = session(session.feed.sum_names(table->position));
        CHECK(after->changes.names.empty());
        CHECK(after->sum == store::RowSum());
        CHECK(session(session.feed.read_names(table->position))->names.empty());
    }
    CHECK(sums.at(0) == sums.at(1));
}

TEST_CASE("the names of a few changed modules are found among many by indexes") {
    const auto kind = std::string(GENERATE("sqlite", "mariadb"));
    CAPTURE(kind);
    const auto own = make(kind);
    auto& session = *own;
    for (int first = 0; first < 3'000; first += 1'000) {
        std::string names;
        std::string aliases;
        for (int i = first; i < first + 1'000; ++i) {
            const auto number = std::to_string(i);
            const std::string comma = i > first ? ", " : "";
            names += comma + "('service-" + number + "', " + number + ", 1)";
            aliases += comma + "('alias-" + number + "', 'service-" + number + "')";
        }
        session.sql("INSERT INTO ModuleName(name, modid, cmdid) VALUES " + names);
        session.sql("INSERT INTO ModuleAlias(name, target) VALUES " + aliases);
    }
    const auto since = session(session.feed.snapshot())->position;
    session.insert(7, 1, 80);
    auto sql = store::select_names(
        kind == "mariadb" ? store::kMariadbDialect : store::kSqliteDialect, store::Named::changed
    );
    for (auto at = sql.find('?'); at != std::string::npos; at = sql.find('?')) {
        sql.replace(at, 1, std::to_string(since.version));
    }
    // The shell of SQLite doesn't have the function of ours.
    for (auto at = sql.find("lars_crc32"); at != std::string::npos; at = sql.find("lars_crc32")) {
        sql.replace(at, 10, "coalesce");
    }
    if (kind == "mariadb") {
        session.sql("ANALYZE TABLE ModuleName, ModuleAlias, RouteLog");
        const auto plan = session.sql("EXPLAIN " + sql);
        CAPTURE(plan);
        CHECK(plan.find("ModuleNameModule") != std::string::npos);
        CHECK(plan.find("ModuleAliasTarget") != std::string::npos);
    } else {
        const auto plan = session.sql("EXPLAIN QUERY PLAN " + sql);
        CAPTURE(plan);
        CHECK(plan.find("USING INDEX ModuleNameModule (modid=? AND cmdid=?)") != std::string::npos);
        CHECK(plan.find("USING INDEX ModuleAliasTarget (target=?)") != std::string::npos);
    }
}
