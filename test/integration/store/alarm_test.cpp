#include "session.hpp"

#include <cmath>
#include <functional>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;
using store::AlarmKind;
using store::UnixTime;

namespace {

constexpr UnixTime kNoon{1'700'049'600s};

store::AlarmRule errors_of(ModuleId module) {
    return {
        .module = module,
        .kind = AlarmKind::error_rate,
        .threshold = 0.1,
        .hold = 30s,
        .min_calls = 7,
        .severity = "page",
        .comment = "r\u00e9servations; DROP TABLE 'x'"};
}

struct Alarms : Session {
    explicit Alarms(const std::string& kind) : Session(kind) { REQUIRE((*this)(schema.migrate())); }
    std::uint32_t add(const store::AlarmRule& rule) {
        const auto id = (*this)(alarms.add_rule(rule));
        REQUIRE(id);
        return *id;
    }
    store::AlarmRules rules() {
        const auto rules = (*this)(alarms.list_rules());
        REQUIRE(rules);
        return *rules;
    }
    std::vector<store::AlarmState> states() {
        const auto states = (*this)(alarms.read_states());
        REQUIRE(states);
        return *states;
    }
    void write(const store::AlarmStateChanges& changes) {
        REQUIRE((*this)(alarms.write_states(changes)));
    }
};

}  // namespace

TEST_CASE("rules are kept as they were given, and their ids don't come again") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Alarms alarms(kind);
    auto one = errors_of({2'147'483'647, 0});
    one.id = alarms.add(one);
    store::AlarmRule all{.kind = AlarmKind::p99, .threshold = 300'000.5, .severity = "warning"};
    all.id = alarms.add(all);
    CHECK(one.id != all.id);
    auto rules = alarms.rules();
    REQUIRE(rules.rules.size() == 2);
    CHECK(rules.unusable == 0);
    const auto age = std::chrono::system_clock::now() - rules.rules[0].made_at;
    CHECK(age < 1h);
    CHECK(age > -1h);
    for (auto& rule : rules.rules) rule.made_at = {};
    CHECK(rules.rules[0] == one);
    CHECK(rules.rules[1] == all);
    CHECK(*alarms(alarms.alarms.remove_rules({all.id, all.id})) == 1);
    const auto gone = alarms(alarms.alarms.remove_rules({one.id, all.id}));
    REQUIRE_FALSE(gone);
    CHECK(
        gone.error().message ==
        "no rule has this id, so nothing is removed: " + std::to_string(all.id)
    );
    CHECK(alarms.rules().rules.size() == 1);
    CHECK(alarms.add(all) > all.id);
    CHECK(alarms.rules().rules.size() == 2);
}

TEST_CASE("a rule without sense is refused, one that somebody wrote is counted") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Alarms alarms(kind);
    const auto refused = [&](const std::function<void(store::AlarmRule&)>& spoil) {
        auto rule = errors_of({1, 1});
        spoil(rule);
        const auto added = alarms(alarms.alarms.add_rule(rule));
        return !added && added.error().kind == store::ErrorKind::invalid;
    };
    CHECK(refused([](auto& rule) { rule.threshold = 1; }));
    CHECK(refused([](auto& rule) { rule.threshold = std::nan(""); }));
    CHECK(refused([](auto& rule) { rule.module = ModuleId{-1, 1}; }));
    CHECK(refused([](auto& rule) { rule.hold = 25h; }));
    CHECK(refused([](auto& rule) { rule.severity = "a b"; }));
    CHECK(refused([](auto& rule) { rule.severity = ""; }));
    CHECK(refused([](auto& rule) { rule.comment = "two\nlines"; }));
    CHECK(refused([](auto& rule) { rule.comment = std::string(201, 'x'); }));
    CHECK(refused([](auto& rule) { rule.kind = AlarmKind::silence; }));
    CHECK(alarms.rules().rules.empty());
    alarms.sql("INSERT INTO AlarmRule(kind, threshold) VALUES ('error_rate', 0.25)");
    alarms.sql("INSERT INTO AlarmRule(kind, threshold) VALUES ('moods', 0.25)");
    alarms.sql("INSERT INTO AlarmRule(kind, threshold) VALUES ('error_rate', 25)");
    alarms.sql("INSERT INTO AlarmRule(kind, threshold, modid) VALUES ('error_rate', 0.25, 1)");
    const auto rules = alarms.rules();
    CHECK(rules.unusable == 3);
    REQUIRE(rules.rules.size() == 1);
    CHECK(rules.rules[0].threshold == 0.25);
    CHECK_FALSE(rules.rules[0].module);
    CHECK(rules.rules[0].made_at > kNoon);
}

TEST_CASE("states are set and removed together") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Alarms alarms(kind);
    const store::AlarmState one{{1, {1, 1}}, kNoon, false};
    const store::AlarmState two{{1, {1, 2}}, kNoon + 5s, true};
    const store::AlarmState other{{2, {1, 1}}, kNoon, true};
    alarms.write({.set = {other, one, two}, .removed = {}});
    CHECK(alarms.states() == std::vector{one, two, other});
    const store::AlarmState later{{1, {1, 1}}, kNoon, true};
    alarms.write({.set = {later}, .removed = {two.key, {7, {7, 7}}}});
    CHECK(alarms.states() == std::vector{later, other});
}

TEST_CASE("overloaded rows are counted per module, old ones aren't") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Alarms alarms(kind);
    const auto row = [](ModuleId module, std::uint32_t caller, UnixTime at, bool overload) {
        return store::StatusRow{
            .module = module,
            .endpoint = Endpoint::from_ipv4(0xFF000001, 80),
            .caller = caller,
            .timestamp = static_cast<std::uint32_t>(at.time_since_epoch().count()),
            .overload = overload};
    };
    REQUIRE(alarms(alarms.status.write(
        {row({2, 1}, 1, kNoon, false),
         row({1, 1}, 1, kNoon, true),
         row({1, 1}, 2, kNoon + 9s, true),
         row({1, 1}, 3, kNoon + 9s, false),
         row({1, 1}, 4, kNoon - 1s, true)}
    )));
    const auto counts = alarms(alarms.status.count_overloads(kNoon));
    REQUIRE(counts);
    CHECK(*counts == std::vector<store::OverloadCount>{{{1, 1}, 3, 2}, {{2, 1}, 1, 0}});
}

TEST_CASE("the last minute with calls is known of each module") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    Alarms alarms(kind);
    store::CallBatch batch{.sequence = 1};
    for (const auto minute : {0min, 3min, 1min}) {
        batch.rows.push_back({{1, 1}, Endpoint::from_ipv4(1, 80), kNoon + minute, {.successes = 1}}
        );
    }
    batch.rows.push_back({{2, 1}, Endpoint::from_ipv4(1, 80), kNoon, {.failures = 1}});
    const auto batches = std::make_shared<const std::vector<store::CallBatch>>(1, batch);
    REQUIRE(alarms(alarms.history.write(batches)));
    const auto last = alarms(alarms.history.read_last_calls());
    REQUIRE(last);
    CHECK(*last == std::vector<store::LastCall>{{{1, 1}, kNoon + 3min}, {{2, 1}, kNoon}});
}
