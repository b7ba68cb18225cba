#include "reporter/batch_assembler.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::reporter;
using namespace std::chrono_literals;

namespace {

constexpr store::UnixTime kNow{1'700'000'000s};
using Progress = BatchAssembler::Progress;

ReportStatusRequest part(std::uint64_t sequence, int results, bool more = false) {
    ReportStatusRequest request;
    request.set_modid(7);
    request.set_cmdid(1);
    request.set_caller(5);
    request.set_ts(1'699'999'990);
    request.set_more(more);
    if (sequence > 0) request.set_instance(std::string(16, 'i'));
    request.set_seq(sequence);
    for (int i = 0; i < results; ++i) {
        auto& result = *request.add_results();
        result.set_ip(i + 1);
        result.set_port(80);
        result.set_succ(3);
        result.set_err(1);
        result.add_latency_buckets(2);
        result.set_overload(i == 0);
    }
    return request;
}

struct World {
    explicit World(std::size_t max = 100) : budget(max) {}

    Progress add(const ReportStatusRequest& request) { return assembler.add(request, kNow); }

    RowBudget budget;
    std::vector<Errc> refused;
    BatchAssembler assembler{budget, 1h, [this](Errc kind) { refused.push_back(kind); }};
};

}  // namespace

TEST_CASE("the frames of a batch are put together, and those of a broken off one forgotten") {
    World world;
    CHECK(world.add(part(1, 2, true)) == Progress::part);
    CHECK(world.add(part(2, 3, true)) == Progress::part);
    CHECK(world.budget.held() == 3);
    CHECK(world.add(part(2, 4)) == Progress::whole);
    const auto report = world.assembler.take();
    CHECK(report.batch.sequence == 2);
    CHECK(report.batch.instance[0] == 'i');
    REQUIRE(report.size() == 7);
    CHECK(report.overloads == std::vector<bool>{true, false, false, true, false, false, false});
    CHECK(report.batch.rows[0].start == kNow - 10s);
    CHECK(report.batch.rows[0].sums.calls() == 4);
    CHECK(report.batch.rows[0].sums.buckets[0] == 2);
    CHECK(world.budget.held() == 7);  // until whoever took it releases it
}

TEST_CASE("a snapshot is whole by itself") {
    World world;
    CHECK(world.add(part(1, 2, true)) == Progress::part);
    CHECK(world.add(part(0, 1, true)) == Progress::whole);
    CHECK(world.assembler.take().snapshot());
    CHECK(world.budget.held() == 1);
}

TEST_CASE("a batch without room is forgotten to its end, and the next one may find some") {
    World world(5);
    CHECK(world.add(part(1, 3, true)) == Progress::part);
    CHECK(world.add(part(1, 3, true)) == Progress::part);
    CHECK(world.budget.held() == 0);
    CHECK(world.add(part(1, 1)) == Progress::over_budget);
    const auto refused = world.assembler.take();
    CHECK(refused.size() == 0);
    CHECK(refused.batch.sequence == 1);
    CHECK(world.add(part(1, 5)) == Progress::whole);
}

TEST_CASE("what a session held is free when it ends") {
    RowBudget budget(10);
    {
        BatchAssembler assembler(budget, 1h, [](Errc) {});
        assembler.add(part(1, 3, true), kNow);
        CHECK(budget.held() == 3);
    }
    CHECK(budget.held() == 0);
}

TEST_CASE("results that can't be stored are refused by kind, and take no room") {
    World world;
    auto request = part(1, 4);
    request.mutable_results(0)->set_port(0);
    request.mutable_results(1)->set_port(70'000);
    request.mutable_results(2)->set_address("short");
    request.mutable_results(3)->set_address(std::string(16, 'a'));
    CHECK(world.add(request) == Progress::whole);
    CHECK(world.refused == std::vector(3, Errc::bad_endpoint));
    CHECK(world.budget.held() == 1);
    CHECK(world.assembler.take().batch.rows[0].endpoint.address[0] == 'a');
    request.set_cmdid(-1);
    CHECK(world.add(request) == Progress::whole);
    CHECK(world.refused.back() == Errc::negative_module);
    CHECK(world.assembler.take().size() == 0);
}

TEST_CASE("a time that can't be believed is taken as now, and sums that can't as less") {
    World world;
    for (const auto ts : {0U, 1'699'990'000U, 1'700'001'000U}) {
        auto request = part(1, 1);
        request.set_ts(ts);
        request.mutable_results(0)->set_latency_sum_us(UINT64_MAX);
        for (int i = 0; i < 100; ++i) request.mutable_results(0)->add_latency_buckets(1);
        world.add(request);
        const auto report = world.assembler.take();
        CHECK(report.batch.rows[0].start == kNow);
        CHECK(report.batch.rows[0].sums.latency_sum_us <= 1ULL << 55);
        CHECK(report.batch.rows[0].sums.timed() == 2 + kLatencyBuckets - 1);
    }
}

TEST_CASE("batches of an agent whose clock is off are dated by the database's") {
    const auto offset = GENERATE(0s, 2s, 300s, -300s, 3'600s, -3'600s);
    CAPTURE(offset.count());
    World world;
    for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
        const auto now = kNow + sequence * 10s;
        auto request = part(sequence, 1);
        request.set_ts(static_cast<std::uint32_t>(store::to_number(now + offset)));
        REQUIRE(world.assembler.add(request, now) == Progress::whole);
        const auto report = world.assembler.take();
        world.budget.release(1);
        // The first may have been frozen long ago.
        if (sequence == 1 && offset < 0s) continue;
        CHECK(report.batch.rows[0].start <= now);
        CHECK(report.batch.rows[0].start >= now - 12s);
        CHECK(store::to_time(report.timestamp) == report.batch.rows[0].start);
    }
    const auto told = world.assembler.clock_ahead();
    CHECK(std::chrono::abs(told - offset) <= 12s);
}

TEST_CASE("batches are dated by the database's clock also after that or the agent's is set") {
    World world;
    std::uint64_t sequence = 0;
    const auto dated = [&](store::UnixTime now, std::chrono::seconds offset) {
        auto request = part(++sequence, 1);
        request.set_ts(static_cast<std::uint32_t>(store::to_number(now + offset)));
        REQUIRE(world.assembler.add(request, now) == Progress::whole);
        world.budget.release(1);
        return world.assembler.take().batch.rows[0].start;
    };
    auto now = kNow;
    for (const auto offset : {0s, 600s, -600s, 0s}) {
        dated(now += 10s, offset);
        CHECK(std::chrono::abs(dated(now += 10s, offset) - now) <= 12s);
    }
    for (const auto step : {-3'600s, 3'600s}) {
        now += step;
        dated(now += 10s, -step);
        CHECK(std::chrono::abs(dated(now += 10s, -step) - now) <= 12s);
    }
}

TEST_CASE("a batch that waited for an hour stays where it was, and the next one is of now") {
    World world;
    auto old = part(1, 1);
    old.set_ts(static_cast<std::uint32_t>(store::to_number(kNow - 50min)));
    for (int times = 0; times < 2; ++times) {  // as it does when its receipt was lost
        REQUIRE(world.assembler.add(old, kNow) == Progress::whole);
        CHECK(world.assembler.take().batch.rows[0].start == kNow - 50min);
    }
    auto next = part(2, 1);
    next.set_ts(static_cast<std::uint32_t>(store::to_number(kNow + 1s)));
    REQUIRE(world.assembler.add(next, kNow + 1s) == Progress::whole);
    CHECK(world.assembler.take().batch.rows[0].start == kNow + 1s);
    CHECK(world.assembler.clock_ahead() == 0s);
}

TEST_CASE("an original agent's snapshot is of now, when its clock is off") {
    World world;
    for (const auto offset : {-300s, -5s, 0s, 300s}) {
        auto snapshot = part(0, 1);
        snapshot.set_ts(static_cast<std::uint32_t>(store::to_number(kNow + offset)));
        REQUIRE(world.add(snapshot) == Progress::whole);
        const auto expected = offset == -5s ? kNow - 5s : kNow;
        CHECK(store::to_time(world.assembler.take().timestamp) == expected);
    }
}

TEST_CASE("a delta that doesn't say whose it is can't be counted once, and is refused") {
    World world;
    auto request = part(3, 2);
    for (const std::size_t size : {0U, 15U, 17U}) {
        request.set_instance(std::string(size, 'i'));
        CHECK(world.add(request) == Progress::part);
    }
    CHECK(world.refused == std::vector(3, Errc::undecodable_body));
    CHECK(world.budget.held() == 0);
    CHECK(world.add(part(3, 2)) == Progress::whole);
}
