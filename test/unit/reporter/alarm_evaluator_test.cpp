#include "reporter/alarms/alarm_evaluator.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::reporter;
using namespace std::chrono_literals;
using store::AlarmKind;
using store::AlarmRule;
using store::UnixTime;

namespace {

constexpr UnixTime kNoon{1'700'049'600s};
constexpr ModuleId kOne{1, 1};
constexpr ModuleId kTwo{1, 2};

AlarmRule error_rate(std::optional<ModuleId> module, std::chrono::seconds hold = 30s) {
    return {.id = 1, .module = module, .threshold = 0.1, .hold = hold, .severity = "warning"};
}

AlarmRule silence(std::optional<ModuleId> module, std::chrono::seconds hold = 5min) {
    return {.id = 2, .module = module, .kind = AlarmKind::silence, .hold = hold, .made_at = kNoon};
}

/// A history that fills up, and one evaluator after another that reads it.
class World {
public:
    explicit World(std::vector<AlarmRule> with) : rules(std::move(with)) {}

    void add(ModuleId module, const CallSums& sums) {
        const auto minute = now_ - now_.time_since_epoch() % 60s;
        history_[{module, std::chrono::floor<std::chrono::seconds>(minute)}] += sums;
        if (sums.calls() > 0) {
            last_calls_[module] = std::chrono::floor<std::chrono::minutes>(now_);
        }
    }
    void add(ModuleId module, std::uint64_t successes, std::uint64_t failures) {
        add(module, {.successes = successes, .failures = failures});
    }
    /// What a round reads, a while after the last one.
    AlarmNews read(std::chrono::milliseconds after = 5s) {
        now_ += after;
        AlarmReading reading{.at = now_, .rules = rules, .overloads = overloads};
        for (const auto& [key, sums] : history_) {
            if (key.second < now_ - 2min - 60s) continue;
            reading.calls.push_back({key.first, {}, key.second, sums});
        }
        if (evaluator->wants_last_calls(rules)) {
            auto& last = reading.last_calls.emplace();
            for (const auto& [module, minute] : last_calls_) last.push_back({module, minute});
        }
        auto news = evaluator->evaluate(std::move(reading));
        for (const auto& state : evaluator->unsaved().set) table_[state.key] = state;
        for (const auto& key : evaluator->unsaved().removed) table_.erase(key);
        evaluator->note_saved();
        return news;
    }
    /// Calls and a round, so many times; what was told in all.
    AlarmNews run(int rounds, std::uint64_t successes, std::uint64_t failures) {
        AlarmNews all;
        for (int i = 0; i < rounds; ++i) {
            add(kOne, successes, failures);
            auto news = read();
            for (auto& each : news.fired) all.fired.push_back(each);
            for (auto& each : news.resolved) all.resolved.push_back(each);
        }
        return all;
    }
    void other_evaluator() {
        evaluator.emplace(options);
        std::vector<store::AlarmState> states;
        for (const auto& [key, state] : table_) states.push_back(state);
        evaluator->take_over(states);
    }
    std::size_t states() const { return table_.size(); }
    AlarmTime now() const { return now_; }

    std::vector<AlarmRule> rules;
    std::vector<store::OverloadCount> overloads;
    AlarmEvaluator::Options options;
    std::optional<AlarmEvaluator> evaluator{options};

private:
    AlarmTime now_ = kNoon;
    std::map<std::pair<ModuleId, UnixTime>, CallSums> history_;
    std::map<ModuleId, UnixTime> last_calls_;
    std::map<store::AlarmKey, store::AlarmState> table_;
};

}  // namespace

TEST_CASE("an alarm is pending while its condition holds, then fires, and is resolved") {
    World world({error_rate(kOne)});
    world.run(1, 1'000, 1'000);  // of before: nobody knows when
    const auto pending = world.run(5, 50, 50);
    CHECK(pending.fired.empty());
    CHECK(world.states() == 1);
    CHECK(world.evaluator->firing().empty());
    CHECK(world.evaluator->next_due() == world.now() + 5s);
    const auto news = world.run(1, 50, 50);
    REQUIRE(news.fired.size() == 1);
    CHECK(news.fired[0].module == kOne);
    CHECK(news.fired[0].value == 0.5);
    CHECK(news.fired[0].since == world.now() - 30s);
    CHECK_FALSE(world.evaluator->next_due());
    CHECK(world.run(10, 50, 50).fired.empty());
    CHECK(world.evaluator->firing().size() == 1);
    const auto well = world.run(1, 95, 5);
    REQUIRE(well.resolved.size() == 1);
    CHECK(well.resolved[0].value == 0.05);
    CHECK(world.evaluator->firing().empty());
    CHECK(world.states() == 0);
}

TEST_CASE("one good interval ends what was pending") {
    World world({error_rate(kOne)});
    world.run(5, 50, 50);
    world.run(1, 100, 0);
    CHECK(world.states() == 0);
    CHECK(world.run(5, 50, 50).fired.empty());
    CHECK(world.run(1, 50, 50).fired.size() == 1);
}

TEST_CASE("few calls are gathered until they say something") {
    World world({error_rate(kOne, 0s)});
    world.run(1, 0, 0);
    CHECK(world.run(9, 0, 1).fired.empty());
    const auto news = world.run(1, 0, 1);
    REQUIRE(news.fired.size() == 1);
    CHECK(news.fired[0].since == world.now() - 50s);

    SECTION("too few for two minutes end an alarm") {
        CHECK(world.run(23, 0, 0).resolved.empty());
        CHECK(world.run(1, 0, 0).resolved.size() == 1);
    }
    SECTION("also fewer than enough") {
        CHECK(world.run(9, 0, 1).resolved.empty());
        CHECK(world.run(14, 0, 0).resolved.empty());
        CHECK(world.run(1, 0, 0).resolved.size() == 1);
    }
}

TEST_CASE("a rule for all has an alarm for each module") {
    World world({error_rate({}, 0s)});
    world.read();
    world.add(kOne, 50, 50);
    world.add(kTwo, 100, 0);
    world.add({2, 1}, 0, 100);
    CHECK(world.read().fired.size() == 2);
    world.rules[0].module = kOne;
    const auto news = world.read();
    REQUIRE(news.resolved.size() == 1);
    CHECK(news.resolved[0].module == ModuleId{2, 1});
}

TEST_CASE("latency is judged by calls whose latency is known") {
    AlarmRule slow{.id = 1, .kind = AlarmKind::p99, .threshold = 100'000, .severity = "warning"};
    World world({slow});
    world.read();
    world.add(kOne, 1'000, 0);
    CHECK(world.read().fired.empty());
    CallSums calls{.successes = 100};
    calls.buckets[latency_bucket(1'000)] = 90;
    calls.buckets[latency_bucket(1'000'000)] = 10;
    world.add(kOne, calls);
    const auto news = world.read();
    REQUIRE(news.fired.size() == 1);
    CHECK(news.fired[0].value > 500'000);
    calls.buckets = {1'000};
    world.add(kOne, calls);
    CHECK(world.read().resolved.size() == 1);
}

TEST_CASE("overload is the share of rows in overload, and no rows are none") {
    const AlarmRule rule{
        .id = 1, .kind = AlarmKind::overloaded, .threshold = 0.3, .severity = "warning"};
    World world({rule});
    world.overloads = {{kOne, 10, 3}, {kTwo, 10, 4}};
    const auto news = world.read();
    REQUIRE(news.fired.size() == 1);
    CHECK(news.fired[0].module == kTwo);
    world.overloads.clear();
    CHECK(world.read().resolved.size() == 1);
}

TEST_CASE("a module falls silent that was called before, and its next call ends that") {
    World world({silence({})});
    world.run(1, 100, 0);
    world.run(3, 100, 0);
    AlarmNews news;
    int rounds = 0;
    while (news.fired.empty()) {
        REQUIRE(++rounds <= 60);
        news = world.read();
    }
    CHECK(rounds == 60);
    CHECK(news.fired[0].value == 300);
    CHECK(world.run(5, 0, 0).resolved.empty());
    CHECK(world.run(1, 1, 0).resolved.size() == 1);
}

TEST_CASE("a named module is silent if it was never called since its rule was made") {
    World world({silence(kOne)});
    CHECK(world.run(59, 0, 0).fired.empty());
    CHECK(world.run(1, 0, 0).fired.size() == 1);
}

TEST_CASE("after a gap agents get a minute to bring their calls before they count as silent") {
    World world({silence({}, 1min)});
    world.run(4, 100, 0);
    world.read(10min);
    CHECK(world.run(11, 0, 0).fired.empty());
    CHECK(world.run(1, 0, 0).fired.size() == 1);
}

TEST_CASE("an alarm outlives its evaluator") {
    World world({error_rate(kOne), silence(kTwo, 1min)});
    world.run(3, 50, 50);
    world.other_evaluator();
    CHECK(world.run(13, 50, 50).fired.size() == 2);
    CHECK(world.states() == 2);

    SECTION("the next one tells of it again, and resolves it") {
        world.other_evaluator();
        CHECK(world.run(1, 50, 50).fired.empty());
        CHECK(world.run(1, 50, 50).fired.size() == 1);
        CHECK(world.run(1, 100, 0).resolved.size() == 1);
    }
    SECTION("or finds that it is well again") {
        world.other_evaluator();
        CHECK(world.run(2, 100, 0).resolved.size() == 1);
        CHECK(world.states() == 1);
    }
    SECTION("a silent module stays so until its next call") {
        world.other_evaluator();
        CHECK(world.run(20, 100, 0).resolved.size() == 1);
        CHECK(world.evaluator->firing().size() == 1);
        world.add(kTwo, 1, 0);
        CHECK(world.run(1, 100, 0).resolved.size() == 1);
    }
    SECTION("without its rule it ends") {
        world.rules.clear();
        world.other_evaluator();
        world.run(1, 50, 50);
        CHECK(world.states() == 0);
    }
}

TEST_CASE("a rule that is removed while it fires is resolved") {
    World world({error_rate(kOne, 0s)});
    world.run(2, 50, 50);
    world.rules.clear();
    const auto news = world.run(1, 50, 50);
    REQUIRE(news.resolved.size() == 1);
    CHECK(news.resolved[0].rule.severity == "warning");
    CHECK(world.states() == 0);
    // What was counted while there was no rule isn't judged by a new one.
    world.run(10, 0, 1'000);
    world.rules = {error_rate(kOne, 0s)};
    CHECK(world.run(3, 100, 0).fired.empty());
}

TEST_CASE("alarms and modules are bounded, and what finds no room is counted") {
    World world({error_rate({}, 0s)});
    world.options = {.max_alarms = 10, .max_modules = 1'000};
    world.other_evaluator();
    world.read();
    for (int i = 0; i < 15; ++i) world.add({i, 1}, 0, 100);
    CHECK(world.read().fired.size() == 10);
    CHECK(world.evaluator->refused() == 5);
    for (int i = 0; i < 11'000; ++i) world.add({i, 2}, 1, 0);
    world.read();
    CHECK(world.evaluator->refused() > 1'000);
}

TEST_CASE("a clock that is set back, or a long pause, begins anew") {
    World world({error_rate(kOne, 0s)});
    world.run(2, 100, 0);
    world.add(kOne, 0, 100);
    CHECK(world.read(-1h).fired.empty());
    world.add(kOne, 0, 100);
    CHECK(world.read(2min).fired.empty());
    world.add(kOne, 0, 100);
    CHECK(world.read().fired.size() == 1);
}

TEST_CASE("a clock that is set back by an hour ends nothing, and delays nothing by that hour") {
    World world({error_rate({}), silence({}, 5min)});
    world.run(8, 5, 5);
    REQUIRE(world.evaluator->firing().size() == 1);
    world.read(-1h);
    CHECK(world.evaluator->firing().size() == 1);
    const auto after = world.run(30, 9, 1);  // of errors as many as are allowed
    CHECK(after.resolved.size() == 1);
    CHECK(after.fired.empty());
    const auto again = world.run(10, 5, 5);
    CHECK(again.fired.size() == 1);
    CHECK(again.fired.at(0).since > kNoon - 2h);
}

TEST_CASE("an alarm that a reporter whose clock is ahead has left pending still fires in time") {
    World world({error_rate({})});
    world.evaluator->take_over({{{1, kOne}, kNoon + 10min, false}});
    const auto news = world.run(9, 5, 5);
    CHECK(news.fired.size() == 1);
}
