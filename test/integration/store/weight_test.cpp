#include "session.hpp"

using namespace lars;
using namespace lars::test;

namespace {

store::RouteRow row(const char* endpoint, std::optional<std::uint32_t> weight = {}) {
    return {{1, 1}, *parse_endpoint(endpoint), weight};
}

std::vector<std::uint32_t> weights(const Route& route) {
    std::vector<std::uint32_t> all;
    for (const auto& each : route.endpoints) all.push_back(each.weight);
    return all;
}

}  // namespace

TEST_CASE("a row that is put gets the weight that is said, and else keeps what it has") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    auto done = session(session.edits.put({row("10.0.0.1:80"), row("10.0.0.2:80", 50)}));
    REQUIRE(done);
    CHECK(done->added == 2);
    CHECK(done->changed == 0);
    CHECK(
        *session(session.edits.list({})) ==
        std::vector{listed(row("10.0.0.1:80", 100)), listed(row("10.0.0.2:80", 50))}
    );

    done = session(session.edits.put(
        {row("10.0.0.1:80", 7), row("10.0.0.2:80"), row("10.0.0.3:80", 1), row("10.0.0.3:80", 0)}
    ));
    REQUIRE(done);
    CHECK(done->added == 1);
    CHECK(done->changed == 1);
    CHECK(
        *session(session.edits.list({})) ==
        std::vector{
            listed(row("10.0.0.1:80", 7)),
            listed(row("10.0.0.2:80", 50)),
            listed(row("10.0.0.3:80", 0))}
    );
    CHECK(*session(session.edits.remove({row("10.0.0.1:80", 99)})) == 1);
}

TEST_CASE("weights of many rows are set at once, or of none when one isn't there") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    std::vector<store::RouteRow> rows;
    for (std::uint32_t ip = 1; ip <= 1'200; ++ip) {
        rows.push_back({{1, 1}, Endpoint::from_ipv4(ip, 80), 5});
    }
    REQUIRE(session(session.edits.put(rows)));
    const auto since = session(session.feed.snapshot())->position;
    const auto weigh = [&session](const std::vector<store::RouteRow>& which, std::uint32_t weight) {
        store::RouteEdit edit;
        edit.weight = weight;
        return session(session.edits.change(which, edit));
    };
    CHECK(*weigh(rows, 0) == 1'200);
    CHECK(*weigh(rows, 0) == 0);
    CHECK(session.sql("SELECT action, removed FROM RouteAudit") == "weight\t0\n");
    const auto changes = session(session.feed.changes_since(since));
    REQUIRE(changes);
    CHECK(weights(changes->routes.at(0).route) == std::vector<std::uint32_t>(1'200, 0));
    CHECK(changes->routes[0].removed == 0);
    CHECK(changes->audited == 0);

    rows.push_back(row("10.0.0.9:80"));
    rows.push_back(row("10.0.0.8:80"));
    const auto refused = weigh(rows, 9);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == store::ErrorKind::invalid);
    CHECK(
        refused.error().message ==
        "not in the table, so nothing is changed: 10.0.0.8:80 of module 1/1, "
        "10.0.0.9:80 of module 1/1"
    );
    CHECK(session.sql("SELECT COUNT(*) FROM RouteData WHERE weight = 9") == "0\n");
    CHECK_FALSE(weigh({row("0.0.0.1:80")}, 65'536));
}

TEST_CASE("a weight that no column could hold is taken as the nearest that is allowed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    if (kind == std::string("mariadb")) {
        CHECK_THROWS(
            session.sql("INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight)"
                        " VALUES (1, 1, 1, 80, 65536)")
        );
        session.sql("ALTER TABLE RouteData MODIFY weight INT NOT NULL DEFAULT 100");
    }
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight)"
        " VALUES (1, 1, 1, 80, 65536), (1, 1, 2, 80, -1), (1, 1, 3, 80, 42)"
    );
    const auto table = session(session.feed.snapshot());
    REQUIRE(table);
    CHECK(weights(table->routes.at(0).route) == std::vector<std::uint32_t>{65'535, 0, 42});
    CHECK(table->flaws.clamped == 2);
    CHECK(table->flaws.skipped == 0);
    const auto sums = session(session.feed.sum_ranges(table->position, {{{1, 0}, {1, 9}}}));
    REQUIRE(sums);
    CHECK(sums->sums.at(0) == table->routes[0].sum);
}
