#include "store/edit_history.hpp"

#include "session.hpp"
#include "store/audit_log.hpp"
#include "store/module_edits.hpp"
#include "store/store_backup.hpp"
#include "support/temp_dir.hpp"

using namespace lars;
using namespace lars::test;

namespace {

/// Gives a module one endpoint of that weight, and answers the change's id.
std::uint64_t edit(Session& session, ModuleId module, std::uint32_t weight) {
    store::ModuleEdits edits(*session.connection);
    const auto seen = session(edits.read(module)).value();
    const store::RouteRow row{module, *parse_endpoint("10.0.0.1:80"), weight};
    const store::ModuleEdit wanted{module, store::etag_of(seen), {row}, "ann"};
    return session(edits.commit(wanted)).value().change_id;
}

std::vector<std::uint64_t> ids(const std::vector<store::RouteChange>& changes) {
    std::vector<std::uint64_t> all;
    for (const auto& each : changes) all.push_back(each.id);
    return all;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("the history lists edits page by page, of one module or of all") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    const ModuleId one{1, 1};
    const ModuleId two{2, 1};
    const auto a = edit(session, one, 1);
    const auto b = edit(session, two, 1);
    const auto c = edit(session, one, 2);
    store::EditHistory history(*session.connection);
    const auto all = session(history.list({}, 0, 10)).value();
    CHECK(ids(all) == Ids{c, b, a});
    CHECK(ids(session(history.list({}, 0, 2)).value()) == Ids{c, b});
    CHECK(ids(session(history.list({}, b, 2)).value()) == Ids{a});
    CHECK(ids(session(history.list(one, 0, 10)).value()) == Ids{c, a});
    CHECK(ids(session(history.list(one, c, 10)).value()) == Ids{a});
    CHECK(session(history.list(ModuleId{3, 3}, 0, 10)).value().empty());
    CHECK(all[0].actor == "ann");
    CHECK(all[0].action == "edit");
    CHECK(all[0].module == one);
    CHECK(store::to_number(all[0].made_at) > 1'700'000'000);
    CHECK(store::parse_content(one, all[0].before_json)->rows.at(0).weight == 1);
    CHECK(store::parse_content(one, all[0].after_json)->rows.at(0).weight == 2);
}

TEST_CASE("old edits, and the oldest of too many, go with the log's") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    edit(session, {1, 1}, 1);
    const auto recent = edit(session, {1, 1}, 2);
    session.sql("UPDATE RouteHistory SET made_at = made_at - 91 * 86400 WHERE id = 1");
    store::EditHistory history(*session.connection);
    CHECK(session(session.feed.prune(std::chrono::hours(1))).value() == 1);
    CHECK(ids(session(history.list({}, 0, 10)).value()) == Ids{recent});
    CHECK(session(history.prune()).value() == 0);
    session.sql(
        "INSERT INTO RouteHistory(id, version, action, modid, cmdid, before_json, after_json)"
        " VALUES (100002, 1, 'edit', 1, 1, '', '')"
    );
    CHECK(session(history.prune()).value() == 1);
    CHECK(ids(session(history.list({}, 0, 10)).value()) == Ids{100'002});
}

TEST_CASE("the audit is listed since a moment, of one module or of all") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Session session(kind);
    REQUIRE(session(session.schema.migrate()));
    edit(session, {1, 1}, 1);
    REQUIRE(session(session.edits.remove({{{1, 1}, *parse_endpoint("10.0.0.1:80"), {}}})));
    store::AuditLog log(*session.connection);
    const auto all = session(log.list({}, {}, 10)).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].action == "remove");
    CHECK(all[0].removed == 1);
    CHECK_FALSE(all[0].module);
    CHECK(all[1].action == "edit");
    CHECK(all[1].module == ModuleId{1, 1});
    CHECK(all[0].id > all[1].id);
    CHECK(session(log.list({}, {}, 1)).value().size() == 1);
    CHECK(session(log.list(ModuleId{1, 1}, {}, 10)).value().size() == 1);
    CHECK(session(log.list(ModuleId{2, 1}, {}, 10)).value().empty());
    // The database's clock says when each was made.
    CHECK(session(log.list({}, all[0].made_at, 10)).value().at(0).id == all[0].id);
    CHECK(session(log.list({}, all[0].made_at + std::chrono::hours(1), 10)).value().empty());
    session.sql("UPDATE RouteAudit SET made_at = '2024-01-02 03:04:05' WHERE action = 'remove'");
    CHECK(session(log.list({}, all[1].made_at, 10)).value().size() == 1);
}

TEST_CASE("an edit is undone after a restore of its history") {
    const auto from = GENERATE("sqlite", "mariadb");
    const auto to = GENERATE("sqlite", "mariadb");
    CAPTURE(from, to);
    const TempDir directory;
    const auto path = directory.file("backup");
    std::uint64_t change = 0;
    {
        Session source(from);
        REQUIRE(source(source.schema.migrate()));
        edit(source, {1, 1}, 1);
        change = edit(source, {1, 1}, 2);
        store::StoreBackup backup(*source.connection);
        REQUIRE(source(backup.write(path, {})));
    }
    Session target(to);
    REQUIRE(target(target.schema.migrate()));
    store::StoreBackup backup(*target.connection);
    REQUIRE(target(backup.restore(path, store::Overwrite::yes, {})));
    store::ModuleEdits edits(*target.connection);
    const auto undone = target(edits.undo(change, "bob"));
    REQUIRE(undone);
    CHECK_FALSE(undone->conflict);
    CHECK(undone->after.rows.at(0).weight == 1);
}
