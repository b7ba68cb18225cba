#include "lb/counters/counters.hpp"

#include "support/catch.hpp"

#include <array>

using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

const FeedbackRates kRates{FeedbackOptions{}};

Call took(std::chrono::microseconds latency) {
    return {CallOutcome::success, latency};
}
constexpr Call kFailed{CallOutcome::failure, {}};

/// Of so many endpoints without history.
Counters counters_of(std::size_t endpoints) {
    Counters counters;
    counters.carry_over(std::vector<Slot>(endpoints, kNoSlot));
    return counters;
}

}  // namespace

TEST_CASE("picks and reports are counted at their endpoint only") {
    auto counters = counters_of(2);
    counters.add_pick(1, 1s, kRates);
    counters.add_pick(1, 1s, kRates);
    CHECK(counters.add_report(1, took(700us), 1s, kRates) == 700);
    CHECK(counters.load(1).in_flight == 1);
    CHECK(counters.latency_us(1) == 700);
    CHECK(counters.tally(1).successes == 1);
    CHECK(counters.load(0).in_flight == 0);
    CHECK(counters.latency_us(0) == 0);
    CHECK(counters.tally(0).calls() == 0);
    CHECK(counters.averages().latency_us == 700);
}

TEST_CASE("a failure's latency isn't part of what the module's calls take") {
    auto counters = counters_of(1);
    counters.add_report(0, took(1000us), 1s, kRates);
    counters.add_report(0, {CallOutcome::failure, 5s}, 1s, kRates);
    CHECK(counters.averages().latency_us == 1000);
    CHECK(counters.tally(0).failures == 1);
}

TEST_CASE("the module's failure rate changes only when it is told") {
    auto counters = counters_of(1);
    counters.add_report(0, kFailed, 1s, kRates);
    CHECK(counters.averages().failure_rate == 0);
    counters.add_to_failure_rate(CallOutcome::failure);
    CHECK(counters.averages().failure_rate > 0);
}

TEST_CASE("reading a load later shows what is left of it, and adds nothing") {
    auto counters = counters_of(1);
    counters.add_pick(0, 1s, kRates);
    counters.add_report(0, kFailed, 1s, kRates);
    counters.add_pick(0, 1s, kRates);
    const auto& read_only = counters;
    const auto now = read_only.load_at(0, 1s, kRates);
    const auto later = read_only.load_at(0, 11s, kRates);
    CHECK(later.failure_rate < now.failure_rate);
    CHECK(later.in_flight < now.in_flight);
    CHECK(later.in_flight > 0.8F);
    CHECK(read_only.load_at(0, 11s, kRates).failure_rate == later.failure_rate);
    CHECK(read_only.load(0).at == 11s);
    CHECK(read_only.tally(0).calls() == 1);
}

TEST_CASE("a latency that isn't seen again drifts to its module's") {
    auto counters = counters_of(2);
    for (int i = 0; i < 100; ++i) {
        counters.add_report(0, took(1000us), 1s, kRates);
        counters.add_report(1, took(3000us), 1s, kRates);
    }
    CHECK(counters.latency_us(1) > 1.4F * counters.averages().latency_us);
    counters.load_at(1, 1h, kRates);
    CHECK(counters.latency_us(1) == Approx(counters.averages().latency_us).epsilon(0.01));
}

TEST_CASE("an endpoint that isn't called is forgotten by its module's calls, the light one later") {
    const auto left_after = [](int calls, float lightness) {
        auto counters = counters_of(2);
        for (int i = 0; i < 100; ++i) {
            counters.add_report(0, took(1000us), 1s, kRates);
            counters.add_report(1, took(1500us), 1s, kRates);
        }
        const auto before = counters.load(1).latency_ratio - 1;
        for (int i = 0; i < calls; ++i) counters.add_pick(0, 1s, kRates);
        return (counters.load_at(1, 1s, kRates, lightness).latency_ratio - 1) / before;
    };
    CHECK(left_after(4, 1) == 1);
    CHECK(left_after(100, 1) < 0.1F);
    CHECK(left_after(100, 30) > 0.9F);
}

TEST_CASE("endpoints that stay keep their counters, wherever they move") {
    auto counters = counters_of(3);
    counters.add_report(2, took(3000us), 1s, kRates);
    counters.add_pick(0, 1s, kRates);
    const auto averages = counters.averages();
    counters.carry_over(std::array<Slot, 4>{kNoSlot, 2, kNoSlot, 0});
    CHECK(counters.latency_us(1) == 3000);
    CHECK(counters.tally(1).successes == 1);
    CHECK(counters.load(3).in_flight == 1);
    for (const Slot fresh : {0U, 2U}) {
        CHECK(counters.load(fresh).in_flight == 0);
        CHECK(counters.tally(fresh).calls() == 0);
    }
    CHECK(counters.averages().latency_us == averages.latency_us);
}

TEST_CASE("an endpoint that recovered is like its module, with its calls still in flight") {
    auto counters = counters_of(2);
    for (int i = 0; i < 100; ++i) counters.add_report(0, took(1000us), 1s, kRates);
    counters.add_pick(1, 1s, kRates);
    counters.add_pick(1, 1s, kRates);
    counters.add_report(1, took(90'000us), 1s, kRates);
    counters.add_report(1, kFailed, 2s, kRates);
    counters.add_pick(1, 2s, kRates);
    counters.forgive(1, 3s);
    CHECK(counters.load(1).latency_ratio == 0);
    CHECK(counters.load(1).failure_rate == 0);
    CHECK(counters.load(1).in_flight == 1);
    CHECK(counters.tally(1).calls() == 0);
    CHECK(counters.tally(1).window_begin == 3s);
}
