#include "session.hpp"

using namespace lars;
using namespace lars::test;

namespace {

constexpr auto kMax = std::numeric_limits<std::int32_t>::max();
const std::vector<store::ModuleRange> kAll{{{0, 0}, {kMax, kMax}}};
const RoutePolicy kAdaptive{"adaptive", {{"ejection_ms", 500}}};

/// A database with one row of module 1/1 and one of 2/1.
struct Policies : Session {
    explicit Policies(const std::string& kind) : Session(kind) {
        REQUIRE((*this)(schema.migrate()));
        insert(1, 1, 80);
        insert(2, 1, 80);
        read();
    }

    void read() { since = (*this)(feed.snapshot())->position; }
    store::RouteChanges changes() {
        auto all = (*this)(feed.changes_since(since));
        REQUIRE(all);
        since = all->position;
        return std::move(*all);
    }
    store::RowSum sum() {
        const auto sums = (*this)(feed.sum_ranges(since, kAll));
        REQUIRE(sums);
        return sums->sums.at(0);
    }
    store::RowSum sum_read() {
        store::RowSum sum;
        const auto range = (*this)(feed.read_range(since, kAll[0]));
        REQUIRE(range);
        for (const auto& each : range->routes) sum += each.sum;
        return sum;
    }

    store::Position since;
};

}  // namespace

TEST_CASE("a policy is set, told with its module's route, listed and removed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Policies session(kind);
    CHECK(*session(session.policies.set({1, 1}, kAdaptive)) == 1);
    CHECK(*session(session.policies.set({1, 1}, kAdaptive)) == 0);
    auto changes = session.changes();
    REQUIRE(changes.routes.size() == 1);
    CHECK(changes.routes[0].route.policy == kAdaptive);
    CHECK(changes.routes[0].removed == 0);
    CHECK(changes.audited == 0);
    CHECK(session(session.feed.snapshot())->routes.at(0).route.policy == kAdaptive);
    const std::vector rows{store::PolicyRow{{1, 1}, "adaptive", R"({"ejection_ms": 500})"}};
    CHECK(*session(session.policies.list({})) == rows);
    CHECK(*session(session.policies.list(ModuleId{1, 1})) == rows);
    CHECK(session(session.policies.list(ModuleId{2, 1}))->empty());

    CHECK(*session(session.policies.set({1, 1}, {"classic", {}})) == 1);
    CHECK(session.changes().routes.at(0).route.policy == RoutePolicy{"classic", {}});
    CHECK(*session(session.policies.remove({1, 1})) == 1);
    CHECK(*session(session.policies.remove({1, 1})) == 0);
    CHECK(session.changes().routes.at(0).route.policy == RoutePolicy());
    CHECK(
        session.sql("SELECT action, removed FROM RouteAudit ORDER BY id") ==
        "set policy\t0\nset policy\t0\nremove policy\t0\n"
    );
    CHECK_FALSE(session(session.policies.set({1, 1}, {"two words", {}})));
    CHECK_FALSE(session(session.policies.set({-1, 1}, kAdaptive)));
}

TEST_CASE("an edit of a policy in the database's own shell is seen, and counts no rows") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Policies session(kind);
    const auto modids = [&session] {
        std::vector<std::int32_t> ids;
        for (const auto& each : session.changes().routes) {
            CHECK(each.removed == 0);
            ids.push_back(each.route.module.modid);
        }
        return ids;
    };
    session.sql("INSERT INTO ModulePolicy(modid, cmdid, name) VALUES (1, 1, 'adaptive')");
    CHECK(modids() == std::vector{1});
    session.sql("REPLACE INTO ModulePolicy VALUES (1, 1, 'classic', '')");
    CHECK(modids() == std::vector{1});
    CHECK(session(session.feed.snapshot())->routes.at(0).route.policy.name == "classic");
    session.sql("UPDATE ModulePolicy SET modid = 2");
    CHECK(modids() == std::vector{1, 2});
    session.sql("DELETE FROM ModulePolicy");
    CHECK(modids() == std::vector{2});
    CHECK(session(session.feed.snapshot())->counted == 2);
    // Of a module without rows it changes nothing.
    session.sql("INSERT INTO ModulePolicy(modid, cmdid, name) VALUES (9, 9, 'adaptive')");
    const auto changes = session.changes();
    REQUIRE(changes.routes.size() == 1);
    CHECK(changes.routes[0].route.endpoints.empty());
    CHECK(changes.routes[0].route.policy == RoutePolicy());
    CHECK(changes.routes[0].sum == store::RowSum());
    CHECK(session.sum() == session.sum_read());
}

TEST_CASE("the sums of ranges cover the policies of modules that have rows") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Policies session(kind);
    const auto without = session.sum();
    CHECK(without == session.sum_read());
    session.sql(
        "INSERT INTO ModulePolicy VALUES (1, 1, 'adaptive', '{\"a\": 1}'), (9, 9, 'classic', '')"
    );
    session.changes();
    const auto with = session.sum();
    CHECK(with == session.sum_read());
    CHECK(with.rows == without.rows);
    CHECK(with.checksum != without.checksum);

    for (const auto* event : {"insert", "update", "delete"}) {
        session.sql(std::string("DROP TRIGGER lars_policy_") + event);
    }
    for (const auto* edit :
         {"UPDATE ModulePolicy SET parameters = '{\"a\": 2}'",
          "UPDATE ModulePolicy SET name = 'other' WHERE modid = 1",
          "UPDATE ModulePolicy SET name = 'not a name' WHERE modid = 1"}) {
        CAPTURE(edit);
        const auto before = session.sum();
        session.sql(edit);
        CHECK(session.changes().routes.empty());
        CHECK(session.sum() != before);
        CHECK(session.sum() == session.sum_read());
    }
    session.sql("DELETE FROM ModulePolicy");
    CHECK(session.sum() == without);
    CHECK_FALSE(session(session.schema.inspect())->triggers);
    CHECK(session(session.schema.migrate())->triggers);
}

TEST_CASE("a malformed policy leaves its module with none, and says why") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Policies session(kind);
    // Longer than is read, and of more than one byte a character.
    std::string wide;
    for (int i = 0; i < 5'000; ++i) wide += "\xC3\xA4";
    session.sql(
        "INSERT INTO ModulePolicy VALUES (1, 1, 'adaptive', '[1]'), (2, 1, 'p', '" + wide + "')"
    );
    const auto changes = session.changes();
    REQUIRE(changes.routes.size() == 2);
    for (const auto& each : changes.routes) {
        CHECK(each.route.policy == RoutePolicy());
        CHECK(each.route.endpoints.size() == 1);
    }
    CHECK(changes.routes[0].policy_flaw == "its parameters aren't a JSON object");
    CHECK(changes.routes[1].policy_flaw == "its parameters are longer than 4096 bytes");
    CHECK(session.sum() == session.sum_read());
    CHECK(session(session.policies.list(ModuleId{1, 1}))->at(0).parameters == "[1]");
}
