#include "session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <algorithm>
#include <memory>
#include <thread>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;
using store::HistoryLevel;
using store::UnixTime;

namespace {

constexpr UnixTime kNoon{1'700'049'600s};

Endpoint endpoint(int number) {
    return Endpoint::from_ipv4(0xFF000000U + static_cast<std::uint32_t>(number), 65'535);
}

CallSums sums(std::uint64_t successes, std::uint64_t failures) {
    CallSums all{.successes = successes, .failures = failures};
    all.latency_sum_us = 1'000 * successes;
    all.overloaded_ms = failures;
    all.buckets[4] = successes;
    all.buckets.back() = failures;
    return all;
}

store::CallBatch batch(std::uint8_t agent, std::uint64_t sequence) {
    store::CallBatch made{.sequence = sequence};
    made.instance.fill(agent);
    return made;
}

std::shared_ptr<const std::vector<store::CallBatch>> shared(std::vector<store::CallBatch> batches) {
    return std::make_shared<const std::vector<store::CallBatch>>(std::move(batches));
}

store::HistoryQuery day(HistoryLevel level) {
    return {.level = level, .from = kNoon - 24h, .to = kNoon + 24h};
}

struct History : Session {
    explicit History(const std::string& kind) : Session(kind) {
        REQUIRE((*this)(schema.migrate()));
    }
    std::size_t write(std::vector<store::CallBatch> batches) {
        const auto written = (*this)(history.write(shared(std::move(batches))));
        REQUIRE(written);
        return static_cast<std::size_t>(std::count(written->begin(), written->end(), true));
    }
    std::vector<store::CallRow> read(const store::HistoryQuery& query) {
        const auto rows = (*this)(history.read(query));
        REQUIRE(rows);
        return *rows;
    }
};

}  // namespace

TEST_CASE("a batch is added to the history once, whoever brings it again") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    History history(kind);
    auto first = batch(1, 1);
    first.rows.push_back({{7, 1}, endpoint(1), kNoon + 59s, sums(10, 2)});
    auto second = batch(1, 2);
    second.rows.push_back({{7, 1}, endpoint(1), kNoon + 1s, sums(5, 0)});
    auto other = batch(2, 1);
    other.rows.push_back({{7, 1}, endpoint(1), kNoon, sums(1, 1)});
    CHECK(history.write({first}) == 1);
    CHECK(history.write({first}) == 0);
    CHECK(history.write({second, first, other, second}) == 2);
    CHECK(history.write({first, second, other}) == 0);

    const auto other_reporter = history.connect();
    const auto elsewhere =
        history(store::CallHistory(*other_reporter).write(shared({first, second})));
    REQUIRE(elsewhere);
    CHECK(*elsewhere == std::vector<bool>(2));

    auto query = day(HistoryLevel::minute);
    query.by_endpoint = query.by_start = true;
    const auto rows = history.read(query);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0] == store::CallRow{{7, 1}, endpoint(1), kNoon, sums(16, 3)});
}

TEST_CASE("history is summed over endpoints or time, and of one module or all") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    History history(kind);
    auto all = batch(1, 1);
    for (int module = 0; module < 3; ++module) {
        for (int i = 0; i < 400; ++i) {
            all.rows.push_back({{module, 2}, endpoint(i), kNoon + i % 4 * 1min, sums(3, 1)});
        }
    }
    Endpoint six = *parse_endpoint("[2001:db8::1]:80");
    all.rows.push_back({{2, 2}, six, kNoon, sums(3, 1)});
    history.write({all});
    CHECK(history.read(day(HistoryLevel::minute)).size() == 3);
    auto query = day(HistoryLevel::minute);
    query.module = ModuleId{1, 2};
    query.by_start = true;
    const auto minutes = history.read(query);
    REQUIRE(minutes.size() == 4);
    CHECK(minutes[3].start == kNoon + 3min);
    CHECK(minutes[3].sums.successes == 300);
    query.from = kNoon + 2min + 30s;  // the minute that it falls into counts whole
    query.to = kNoon + 3min;
    CHECK(history.read(query).size() == 1);
    query = day(HistoryLevel::minute);
    query.module = ModuleId{2, 2};
    query.by_endpoint = true;
    const auto endpoints = history.read(query);
    REQUIRE(endpoints.size() == 401);
    const auto is_six = [&](const store::CallRow& row) { return row.endpoint == six; };
    CHECK(std::count_if(endpoints.begin(), endpoints.end(), is_six) == 1);
    CHECK(history.read({.from = kNoon + 1h, .to = kNoon + 2h}).empty());
}

TEST_CASE("hours and days are the sums of their minutes, also of those that come late") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    History history(kind);
    auto first = batch(1, 1);
    for (int i = 0; i < 120; ++i)
        first.rows.push_back({{7, 1}, endpoint(1), kNoon + i * 1min, sums(2, 1)});
    history.write({first});
    const auto roll_up = [&history](UnixTime now) {
        int count = 0;
        while (true) {
            const auto done = history(history.history.roll_up(now));
            REQUIRE(done);
            if (!*done) return count;
            ++count;
        }
    };
    CHECK(roll_up(kNoon + 59min) == 0);
    CHECK(roll_up(kNoon + 1h) == 1);
    CHECK(roll_up(kNoon + 1h) == 0);
    auto hours = day(HistoryLevel::hour);
    hours.by_start = true;
    CHECK(history.read(hours).size() == 1);
    CHECK(roll_up(kNoon + 24h) == 2);  // the other hour and the day
    REQUIRE(history.read(hours).size() == 2);
    auto late = batch(1, 2);
    late.rows.push_back({{7, 1}, endpoint(1), kNoon + 5min, sums(10, 0)});
    history.write({late});
    CHECK(roll_up(kNoon + 24h) == 2);
    const auto rows = history.read(hours);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].sums.successes == 130);
    CHECK(rows[0].sums.buckets[4] == 130);
    CHECK(rows[1].sums.successes == 120);
    const auto days = history.read(day(HistoryLevel::day));
    REQUIRE(days.size() == 1);
    CHECK(days[0].sums.calls() == 250 + 120);
}

TEST_CASE("what is older than it need be goes in small steps, level by level") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    History history(kind);
    auto all = batch(1, 1);
    for (int i = 0; i < 1'500; ++i) all.rows.push_back({{i, 1}, endpoint(1), kNoon, sums(1, 0)});
    all.rows.push_back({{1, 1}, endpoint(1), kNoon + 2min, sums(1, 0)});
    history.write({all});
    REQUIRE(*history(history.history.roll_up(kNoon + 1h)));
    REQUIRE(history(history.status.write(
        {{{1, 1}, endpoint(1), 5, 1, 0, 1'699'900'000, false},
         {{1, 1}, endpoint(2), 5, 1, 0, 1'700'049'600, false}}
    )));
    const auto prune = [&history] {
        const store::Retention two_hours{.minutes = 2h, .hours = 24h, .days = 48h};
        return *history(history.history.prune(two_hours, kNoon + 2h + 1min));
    };
    CHECK(prune() == 1'001);
    CHECK(prune() == 500);
    CHECK(prune() == 0);
    CHECK(history.read(day(HistoryLevel::minute)).size() == 1);
    CHECK(history.read(day(HistoryLevel::hour)).size() == 1'500);
    CHECK(history(history.status.read({}))->size() == 1);
}

TEST_CASE("sums stay whole however large they get") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    History history(kind);
    for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
        auto large = batch(1, sequence);
        CallSums max{.successes = UINT32_MAX, .failures = UINT32_MAX};
        max.latency_sum_us = std::uint64_t{1} << 62;
        large.rows.push_back({{7, 1}, endpoint(1), kNoon, max});
        CHECK(history.write({large}) == 1);
    }
    const auto rows = history.read(day(HistoryLevel::minute));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].sums.successes == 3 * std::uint64_t{UINT32_MAX});
    CHECK(rows[0].sums.latency_sum_us == std::uint64_t{1} << 62);  // as much as there can be
}

TEST_CASE("a duty is one holder's until its lease has run out") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    History history(kind);
    const auto take = [&history](const char* holder, std::chrono::seconds length) {
        const auto taken = history(history.leases.acquire("alarms", holder, length));
        REQUIRE(taken);
        return *taken;
    };
    CHECK(take("a", 1h));
    CHECK_FALSE(take("b", 1h));
    CHECK(take("a", 0s));
    std::this_thread::sleep_for(2ms);
    CHECK(take("b", 1h));
    CHECK_FALSE(take("a", 1h));
    CHECK(*history(history.leases.acquire("other", "a", 1h)));
}

TEST_CASE("two writers that add the same and other batches at the same time lose nothing") {
    History history("mariadb");
    const auto other = history.connect();
    std::vector<store::CallBatch> mine;
    std::vector<store::CallBatch> yours;
    for (std::uint8_t agent = 1; agent <= 20; ++agent) {
        auto each = batch(agent, 1);
        for (int i = 0; i < 50; ++i) {
            each.rows.push_back({{i, 1}, endpoint(agent % 3), kNoon, sums(1, 0)});
        }
        if (agent <= 15) mine.push_back(each);
        if (agent > 5) yours.push_back(each);
    }
    std::size_t written = 0;
    int done = 0;
    const auto write = [&](store::CallHistory target,
                           std::vector<store::CallBatch> batches) -> boost::asio::awaitable<void> {
        auto writing = target.write(shared(std::move(batches)));
        const auto result = co_await std::move(writing);
        REQUIRE(result);
        written += static_cast<std::size_t>(std::count(result->begin(), result->end(), true));
        ++done;
    };
    boost::asio::co_spawn(history.context, write(history.history, mine), boost::asio::detached);
    boost::asio::co_spawn(
        history.context, write(store::CallHistory(*other), yours), boost::asio::detached
    );
    history.context.restart();
    while (done < 2) history.context.run_one();
    CHECK(written == 20);
    CallSums all;
    for (const auto& row : history.read(day(HistoryLevel::minute))) all += row.sums;
    CHECK(all.successes == 1'000);
}
