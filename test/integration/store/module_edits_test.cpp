#include "store/module_edits.hpp"

#include "session.hpp"
#include "store/audit_log.hpp"
#include "store/edit_history.hpp"

using namespace lars;
using namespace lars::test;
using store::ModuleEdits;
using store::RouteRow;

namespace {

constexpr ModuleId kModule{1, 1};

RouteRow row(const char* endpoint, std::optional<std::uint32_t> weight = {}) {
    return {kModule, *parse_endpoint(endpoint), weight};
}

RouteRow host(const char* name, std::uint16_t port) {
    RouteRow made;
    made.module = kModule;
    made.host = name;
    made.endpoint.port = port;
    return made;
}

/// Rows of both tables, a split, a row of another module, and an instance.
void fill(Session& session) {
    REQUIRE(session(session.schema.migrate()));
    auto tagged = row("10.0.0.2:80", 20);
    tagged.tags = "stage=canary";
    auto elsewhere = row("10.0.0.1:80");
    elsewhere.module = {2, 2};
    REQUIRE(session(session.edits.put(
        {row("10.0.0.1:80", 10), tagged, row("[2001:db8::1]:80"), host("db.example", 80), elsewhere}
    )));
    REQUIRE(session(session.splits.set({kModule, "stage=canary", 50'000})));
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport, owner)"
        " VALUES (1, 1, 167772169, 80, x'000102030405060708090A0B0C0D0E0F')"
    );
}

store::ModuleEdit edit_of(
    const store::ModuleContent& seen, std::vector<RouteRow> wanted, const char* actor = "ann"
) {
    return {kModule, store::etag_of(seen), std::move(wanted), actor};
}

std::string all_rows(Session& session) {
    return session.sql(
        "SELECT modid, serverip, serverport, weight, zone, tags FROM RouteData ORDER BY id;"
        "SELECT modid, serverport, weight, host FROM RouteMore ORDER BY id;"
        "SELECT version FROM RouteVersion; SELECT COUNT(*) FROM RouteAudit;"
        "SELECT COUNT(*) FROM RouteHistory"
    );
}

}  // namespace

TEST_CASE("a module is read as people wrote it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    fill(session);
    // A repeated endpoint counts once.
    session.sql(
        "INSERT INTO RouteData(modid, cmdid, serverip, serverport, weight)"
        " VALUES (1, 1, 167772161, 80, 5)"
    );
    ModuleEdits edits(*session.connection);
    const auto content = session(edits.read(kModule));
    REQUIRE(content);
    REQUIRE(content->rows.size() == 4);
    std::vector<std::string> targets;
    for (const auto& each : content->rows) targets.push_back(store::target_of(each));
    CHECK(
        targets ==
        std::vector<std::string>{"db.example:80", "10.0.0.1:80", "10.0.0.2:80", "[2001:db8::1]:80"}
    );
    CHECK(content->rows[1].weight == 5);
    CHECK(content->splits.size() == 1);
    CHECK(session(edits.read({7, 7})).value() == store::ModuleContent());
}

TEST_CASE("an edit is previewed, committed, and believed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    fill(session);
    ModuleEdits edits(*session.connection);
    const auto seen = session(edits.read(kModule)).value();
    const auto since = session(session.feed.snapshot())->position;
    const auto edit = edit_of(
        seen,
        {row("10.0.0.1:80", 11), row("10.0.0.2:80"), row("10.0.0.3:80"), host("db.example", 80)}
    );
    const auto before = all_rows(session);
    const auto preview = session(edits.preview(edit));
    REQUIRE(preview);
    CHECK_FALSE(preview->conflict);
    CHECK(preview->added == std::vector{listed(row("10.0.0.3:80", 100))});
    CHECK(preview->removed == std::vector{listed(row("[2001:db8::1]:80", 100))});
    REQUIRE(preview->changed.size() == 1);
    CHECK(preview->changed[0].second.weight == 11);
    CHECK(preview->table_rows == 6);
    CHECK(preview->change_id == 0);
    CHECK(all_rows(session) == before);

    const auto done = session(edits.commit(edit));
    REQUIRE(done);
    CHECK_FALSE(done->conflict);
    CHECK(done->change_id > 0);
    CHECK(done->before == seen);
    CHECK(done->after == preview->after);
    CHECK(done->etag == preview->etag);
    CHECK(done->added == preview->added);
    CHECK(done->removed == preview->removed);
    CHECK(session(edits.read(kModule)).value() == done->after);
    CHECK(session(session.edits.list(ModuleId{2, 2}))->size() == 1);

    // The loss is one that somebody meant, and the instance isn't touched.
    const auto changes = session(session.feed.changes_since(since));
    REQUIRE(changes);
    CHECK(changes->audited == 1);
    CHECK(changes->routes.at(0).removed == 1);
    CHECK(changes->routes[0].route.endpoints.size() == 4);
    const auto audit = session(store::AuditLog(*session.connection).list(kModule, {}, 10)).value();
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].action == "edit");
    CHECK(audit[0].actor == "ann");
    CHECK(audit[0].removed == 1);
    CHECK(audit[0].detail == "1 added, 1 removed, 1 changed");
    CHECK(audit[0].version == changes->position.version);

    const auto again = session(edits.commit(edit_of(done->after, done->after.rows)));
    REQUIRE(again);
    CHECK_FALSE(again->conflict);
    CHECK(again->change_id == 0);
    CHECK(session.sql("SELECT COUNT(*) FROM RouteHistory") == "1\n");
}

TEST_CASE("who edits what another has edited meanwhile gets a conflict") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    fill(session);
    ModuleEdits edits(*session.connection);
    const auto seen = session(edits.read(kModule)).value();
    REQUIRE(session(edits.commit(edit_of(seen, {row("10.0.0.1:80", 1)}, "ann")))->change_id > 0);
    const auto before = all_rows(session);
    const auto late = session(edits.commit(edit_of(seen, {row("10.0.0.1:80", 2)}, "bob")));
    REQUIRE(late);
    CHECK(late->conflict);
    CHECK(late->change_id == 0);
    CHECK(late->before == session(edits.read(kModule)).value());
    CHECK(late->etag == store::etag_of(late->before));
    CHECK(session(edits.preview(edit_of(seen, {}, "bob")))->conflict);
    CHECK(all_rows(session) == before);
    // A split is of the content, too.
    REQUIRE(session(session.splits.set({kModule, "stage=canary", 1})));
    CHECK(session(edits.commit(edit_of(late->before, {}, "bob")))->conflict);
    // As is what somebody wrote by hand.
    const auto now = session(edits.read(kModule)).value();
    session.sql("UPDATE RouteData SET weight = 3 WHERE modid = 1");
    CHECK(session(edits.commit(edit_of(now, {}, "bob")))->conflict);
}

TEST_CASE("an edit that can't be stored changes nothing") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    fill(session);
    ModuleEdits edits(*session.connection);
    const auto seen = session(edits.read(kModule)).value();
    const auto before = all_rows(session);
    const auto refused = session(edits.commit(edit_of(seen, {row("0.0.0.0:80")})));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == store::ErrorKind::invalid);
    auto other = row("10.0.0.1:80");
    other.module = {2, 2};
    CHECK_FALSE(session(edits.commit(edit_of(seen, {other}))));
    CHECK_FALSE(session(edits.preview(edit_of(seen, {other}))));
    CHECK(all_rows(session) == before);
}

TEST_CASE("an edit is undone while the module is as it left it") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    fill(session);
    ModuleEdits edits(*session.connection);
    const auto seen = session(edits.read(kModule)).value();
    const auto done = session(edits.commit(edit_of(seen, {row("10.0.0.7:80")}))).value();
    const auto undone = session(edits.undo(done.change_id, "bob"));
    REQUIRE(undone);
    CHECK_FALSE(undone->conflict);
    CHECK(undone->after == seen);
    CHECK(undone->change_id > done.change_id);
    CHECK(session(edits.read(kModule)).value() == seen);
    const auto audit = session(store::AuditLog(*session.connection).list(kModule, {}, 1)).value();
    CHECK(audit.at(0).action == "undo");
    CHECK(audit[0].actor == "bob");
    CHECK(audit[0].removed == 1);
    CHECK(
        audit[0].detail ==
        "change " + std::to_string(done.change_id) + ": 4 added, 1 removed, 0 changed"
    );
    // It isn't as it was after that edit any more.
    const auto twice = session(edits.undo(done.change_id, "bob"));
    REQUIRE(twice);
    CHECK(twice->conflict);
    CHECK(twice->before == seen);
    // An undo is undone like any other.
    const auto redone = session(edits.undo(undone->change_id, "bob"));
    REQUIRE(redone);
    CHECK(redone->after == done.after);

    const auto missing = session(edits.undo(999, "bob"));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message == "change 999 isn't in the history");
    session.sql("UPDATE RouteHistory SET before_json = '', after_json = ''");
    const auto lost = session(edits.undo(redone->change_id, "bob"));
    REQUIRE_FALSE(lost);
    CHECK(lost.error().kind == store::ErrorKind::invalid);
}

TEST_CASE("a module is emptied, and made of nothing") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    ModuleEdits edits(*session.connection);
    const auto made = session(edits.commit(edit_of({}, {row("10.0.0.1:80"), host("db", 1)})));
    REQUIRE(made);
    CHECK(made->after.rows.size() == 2);
    CHECK(made->table_rows == 0);
    const auto emptied = session(edits.commit(edit_of(made->after, {})));
    REQUIRE(emptied);
    CHECK(emptied->removed.size() == 2);
    CHECK(emptied->after == store::ModuleContent());
    CHECK(session(session.edits.list({}))->empty());
}

TEST_CASE("many rows are edited at once, and a long actor is cut between characters") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    ModuleEdits edits(*session.connection);
    std::vector<RouteRow> many;
    for (std::uint32_t ip = 1; ip <= 1'500; ++ip) {
        many.push_back({kModule, Endpoint::from_ipv4(0x0A000000 + ip, 80), 5});
    }
    auto edit = edit_of({}, many);
    edit.actor = std::string(199, 'a') + "\xC3\xBC";
    const auto made = session(edits.commit(edit));
    REQUIRE(made);
    CHECK(made->added.size() == 1'500);
    const auto undone = session(edits.undo(made->change_id, "bob"));
    REQUIRE(undone);
    CHECK(undone->removed.size() == 1'500);
    const auto history = session(store::EditHistory(*session.connection).list({}, 0, 10)).value();
    CHECK(history.at(1).actor == std::string(199, 'a'));
}
