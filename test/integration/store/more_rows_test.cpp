#include "session.hpp"

#include <algorithm>
#include <sstream>

using namespace lars;
using namespace lars::test;

namespace {

store::RouteRow row(const char* endpoint) {
    return {{1, 1}, *parse_endpoint(endpoint), {}};
}

store::RouteRow host(const char* name, std::uint16_t port) {
    store::RouteRow row{{1, 1}, {.address = {}, .port = port}, {}};
    row.host = name;
    return row;
}

store::RouteRow in(const char* zone, store::RouteRow row) {
    row.zone = zone;
    return row;
}

store::RouteRow tagged(const char* tags, store::RouteRow row) {
    row.tags = tags;
    return row;
}

store::StoredRoute only_route(Session& session) {
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    REQUIRE(table->routes.size() == 1);
    CHECK(table->rows == table->counted);
    return table->routes[0];
}

// What the database and a reader of its rows make of the same.
void check_sums(Session& session) {
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    store::RowSum read;
    for (const auto& each : table->routes) read += each.sum;
    const auto sums =
        session(session.feed.sum_ranges(table->position, {{{0, 0}, {2147483647, 2147483647}}}));
    REQUIRE(sums);
    CHECK(sums->sums.at(0) == read);
}

const std::vector<store::RouteRow> kRows{
    row("10.0.0.1:80"),
    in("eu-1/a", tagged("stage=canary,version=2", row("10.0.0.2:80"))),
    in("eu-1/b", row("[2001:db8::1]:80")),
    tagged("version=2", host("db.example", 5432))};

}  // namespace

TEST_CASE("what RouteData can't hold is beside it, and a route has all of it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const auto before = session(session.feed.snapshot())->position;
    CHECK(session(session.edits.put(kRows))->added == 4);
    CHECK(session(session.edits.put(kRows))->added == 0);
    CHECK(
        session.sql("SELECT serverip, weight, zone, tags FROM RouteData ORDER BY serverip") ==
        "167772161\t100\t\t\n167772162\t100\teu-1/a\tstage=canary,version=2\n"
    );
    CHECK(
        session.sql("SELECT HEX(address), host, zone FROM RouteMore ORDER BY host") ==
        "20010DB8000000000000000000000001\t\teu-1/b\n\tdb.example\t\n"
    );
    const auto stored = only_route(session);
    const std::vector<RouteEndpoint> endpoints{
        {*parse_endpoint("10.0.0.1:80"), 100, "", ""},
        {*parse_endpoint("10.0.0.2:80"), 100, "eu-1/a", "stage=canary,version=2"},
        {*parse_endpoint("[2001:db8::1]:80"), 100, "eu-1/b", ""}};
    CHECK(stored.route.endpoints == endpoints);
    CHECK(
        stored.hosts == std::vector<store::HostEndpoint>{{"db.example", 5432, 100, "", "version=2"}}
    );
    check_sums(session);
    const auto changes = session(session.feed.changes_since(before));
    REQUIRE(changes);
    REQUIRE(changes->routes.size() == 1);
    CHECK(changes->routes[0].route.endpoints == endpoints);
    CHECK(changes->routes[0].hosts == stored.hosts);
    CHECK(changes->routes[0].sum == stored.sum);
    const auto listing = session(session.edits.list(ModuleId{1, 1}));
    REQUIRE(listing);
    CHECK(listing->size() == 4);
    CHECK(std::ranges::count(*listing, "db.example", &store::RouteRow::host) == 1);
}

TEST_CASE("both databases have the same checksum for the same rows") {
    for (const auto* kind : {"sqlite", "mariadb"}) {
        CAPTURE(kind);
        Session session(kind);
        REQUIRE(session(session.schema.migrate()));
        REQUIRE(session(session.edits.put(kRows)));
        REQUIRE(session(session.splits.set({{1, 1}, "version=2", 50'000})));
        session.sql(
            "UPDATE RouteData SET owner = x'000102030405060708090A0B0C0D0E0F' WHERE serverip = "
            "167772161"
        );
        session.sql("UPDATE RouteMore SET state = 2 WHERE host = 'db.example'");
        CHECK(only_route(session).sum == store::RowSum{4, 11029992138ULL});
        check_sums(session);
    }
}

TEST_CASE("endpoints' zones, tags and weights are changed, all or none") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put(kRows)));
    const auto change = [&session](
                            std::vector<store::RouteRow> rows, const store::RouteEdit& edit
                        ) { return session(session.edits.change(std::move(rows), edit)); };
    store::RouteEdit move;
    move.zone = "us-2/c";
    CHECK(*change({row("10.0.0.1:80"), row("[2001:db8::1]:80")}, move) == 2);
    CHECK(*change({row("10.0.0.1:80"), row("[2001:db8::1]:80")}, move) == 0);
    store::RouteEdit tag;
    tag.tags = {"version=3"};
    tag.untag = {"stage"};
    CHECK(*change({row("10.0.0.2:80"), host("db.example", 5432)}, tag) == 2);
    CHECK_FALSE(change({row("10.0.0.2:80"), host("nowhere.example", 1)}, tag));
    tag.tags = {"a=b=c"};
    CHECK_FALSE(change({row("10.0.0.2:80")}, tag));

    const auto stored = only_route(session);
    CHECK(stored.route.endpoints.at(0).zone == "us-2/c");
    CHECK(stored.route.endpoints.at(1).tags == "version=3");
    CHECK(stored.route.endpoints.at(2).zone == "us-2/c");
    CHECK(stored.hosts.at(0).tags == "version=3");
    CHECK(session.sql("SELECT action FROM RouteAudit ORDER BY id") == "zone\ntag\n");
    check_sums(session);
}

TEST_CASE("a removal of rows of both tables is one edit that is meant") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put(kRows)));
    const auto before = session(session.feed.snapshot())->position;
    CHECK_FALSE(session(session.edits.remove({kRows[0], row("[2001:db8::9]:80")})));
    CHECK(*session(session.edits.remove({kRows[0], kRows[2], kRows[3]})) == 3);
    const auto changes = session(session.feed.changes_since(before));
    REQUIRE(changes);
    CHECK(changes->audited == 3);
    CHECK(changes->routes.at(0).removed == 3);
    CHECK(only_route(session).route.endpoints.size() == 1);
}

TEST_CASE("a row with an owner isn't one that people edit, and one that moves isn't removed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put({row("10.0.0.1:80")})));
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight, owner)"
        " VALUES (1, 1, 167772161, 80, 7, x'000102030405060708090A0B0C0D0E0F'),"
        " (1, 1, 167772162, 80, 7, x'000102030405060708090A0B0C0D0E0F')"
    );
    CHECK(session(session.edits.list({}))->size() == 1);
    CHECK_FALSE(session(session.edits.remove({row("10.0.0.2:80")})));
    auto stored = only_route(session);
    CHECK(
        stored.route.endpoints ==
        std::vector<RouteEndpoint>{
            {*parse_endpoint("10.0.0.1:80"), 100, "", ""},
            {*parse_endpoint("10.0.0.2:80"), 7, "", ""}}
    );

    const auto before = session(session.feed.snapshot())->position;
    session.sql(
        "BEGIN; INSERT INTO RouteMore(modid, cmdid, serverip, serverport, weight, owner, state)"
        " SELECT modid, cmdid, serverip, serverport, weight, owner, 1 FROM RouteData"
        " WHERE serverip = 167772162; DELETE FROM RouteData WHERE serverip = 167772162; COMMIT;"
    );
    const auto changes = session(session.feed.changes_since(before));
    REQUIRE(changes);
    CHECK(changes->routes.at(0).sum.rows == stored.sum.rows);
    CHECK(changes->routes.at(0).route.endpoints.size() == 1);
    CHECK(changes->routes.at(0).removed == 1);
    stored = only_route(session);
    CHECK(stored.route.endpoints.size() == 1);
    check_sums(session);
}

TEST_CASE("splits are kept with their module, and no more than the whole is given away") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put(kRows)));
    const auto before = session(session.feed.snapshot())->position;
    CHECK(*session(session.splits.set({{1, 1}, "version=2", 50'000})) == 1);
    CHECK(*session(session.splits.set({{1, 1}, "version=2", 50'000})) == 0);
    CHECK(*session(session.splits.set({{1, 1}, "version=2", 600'000})) == 1);
    const auto refused = session(session.splits.set({{1, 1}, "version=3", 400'001}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("the splits of the module would be 100 %"));
    CHECK_FALSE(session(session.splits.set({{1, 1}, "version", 1})));
    const auto changes = session(session.feed.changes_since(before));
    REQUIRE(changes);
    CHECK(
        changes->routes.at(0).splits == std::vector<store::SplitRow>{{{1, 1}, "version=2", 600'000}}
    );
    CHECK(changes->routes.at(0).removed == 0);
    check_sums(session);
    CHECK(*session(session.splits.remove({1, 1}, "version=2")) == 1);
    CHECK(*session(session.splits.remove({1, 1}, "version=2")) == 0);
    CHECK(session(session.splits.list({}))->empty());
    CHECK(only_route(session).splits.empty());
}

TEST_CASE("who reads RouteData by the places of the original's columns sees IPv4 rows that serve") {
    Session session("mariadb");
    REQUIRE(session(session.schema.migrate()));
    REQUIRE(session(session.edits.put(kRows)));
    session.sql(
        "INSERT INTO RouteMore(modid, cmdid, serverip, serverport, state, owner)"
        " VALUES (1, 1, 167772169, 80, 1, x'000102030405060708090A0B0C0D0E0F')"
    );
    std::istringstream rows(session.sql("SELECT * FROM RouteData ORDER BY id"));
    std::vector<std::string> seen;
    for (std::string line; std::getline(rows, line);) {
        // id, modid, cmdid, serverip, serverport.
        std::istringstream columns(line);
        std::string id;
        std::string text;
        columns >> id;
        for (std::string column; text.size() < 40 && columns >> column;) text += column + ' ';
        seen.push_back(text.substr(0, text.find(" 100 ")));
    }
    CHECK(seen == std::vector<std::string>{"1 1 167772161 80", "1 1 167772162 80"});
}
