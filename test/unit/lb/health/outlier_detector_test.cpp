#include "lb/health/outlier_detector.hpp"

#include "support/catch.hpp"

using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

/// One endpoint and what is judged with it.
struct World {
    HealthOptions options;
    OutlierDetector detector;
    Tally tally;
    ModuleAverages module{.latency_us = 1000, .failure_rate = 1e-6F};
    Time now = 1h;

    std::optional<Outlier> call(CallOutcome outcome, float took_us = 1000) {
        detector.add(outcome, now);
        tally.add(outcome, now, 10s);
        return detector.judge(options, took_us, tally, module, now);
    }
    std::optional<Outlier> fail() { return call(CallOutcome::failure); }
    /// After the call before.
    std::optional<Outlier> succeed(float took_us = 1000) {
        now += std::chrono::microseconds(static_cast<int>(took_us));
        return call(CallOutcome::success, took_us);
    }
    /// How many failures in a row it takes.
    int failures_to_eject() {
        for (int i = 1; i < 1000; ++i) {
            if (fail()) return i;
        }
        return -1;
    }
};

}  // namespace

TEST_CASE("failures in a row make an outlier, with their number and the limit") {
    World world;
    for (int i = 0; i < 4; ++i) CHECK_FALSE(world.fail());
    const auto outlier = world.fail();
    REQUIRE(outlier);
    CHECK(outlier->cause == Cause::consecutive_failures);
    CHECK(outlier->value == 5);
    CHECK(outlier->limit == 5);
}

TEST_CASE("a success begins the row again") {
    World world;
    for (int i = 0; i < 4; ++i) world.fail();
    CHECK(world.detector.failing());
    world.succeed();
    CHECK_FALSE(world.detector.failing());
    CHECK(world.failures_to_eject() == 5);
}

TEST_CASE("the more calls of a module fail, the longer a row must be") {
    World world;
    world.module.failure_rate = 0.1F;
    world.options.min_calls = 1000;
    CHECK(world.failures_to_eject() == 5);  // 0.1^4 is one in ten thousand; the limit is higher
    World worse;
    worse.module.failure_rate = 0.5F;
    worse.options.min_calls = 1000;
    CHECK(worse.failures_to_eject() == 14);  // 0.5^14 < 1e-4 < 0.5^13
    World worst;
    worst.module.failure_rate = 1;
    worst.options.min_calls = 1000;
    CHECK(worst.failures_to_eject() == 88);  // as at 0.9
}

TEST_CASE("nothing but failures for a time make an outlier, from the second one on") {
    World world;
    CHECK_FALSE(world.fail());
    world.now += 499ms;
    CHECK_FALSE(world.fail());
    world.now += 1ms;
    const auto outlier = world.fail();
    REQUIRE(outlier);
    CHECK(outlier->cause == Cause::failing_for);
    CHECK(outlier->value == Approx(0.5));
    CHECK(outlier->limit == Approx(0.5));
}

TEST_CASE("one failure that is long ago makes no outlier") {
    World world;
    world.fail();
    world.now += 1h;
    CHECK_FALSE(world.detector.judge(world.options, -1, {}, world.module, world.now));
}

TEST_CASE("an error rate makes an outlier once there are enough calls") {
    World world;
    for (int i = 0; i < 9; ++i) {
        CHECK_FALSE(world.fail());
        CHECK_FALSE(world.succeed());
    }
    CHECK_FALSE(world.fail());
    const auto outlier = world.fail();
    REQUIRE(outlier);
    CHECK(outlier->cause == Cause::error_rate);
    CHECK(outlier->value == Approx(11.0 / 20));
    CHECK(outlier->limit == Approx(0.5));
}

TEST_CASE("an error rate is measured from the module's up") {
    World world;
    world.module.failure_rate = 0.4F;
    world.tally = {.window_begin = world.now, .successes = 40, .failures = 60};
    CHECK_FALSE(world.succeed());  // 0.59 of 0.5 + 0.5 x 0.4
    world.tally = {.window_begin = world.now, .successes = 25, .failures = 75};
    const auto outlier = world.succeed();
    REQUIRE(outlier);
    CHECK(outlier->limit == Approx(0.7));
}

TEST_CASE("slow calls in a row make an outlier, with the last one's milliseconds") {
    World world;
    for (int i = 0; i < 4; ++i) CHECK_FALSE(world.succeed(10'001));
    const auto outlier = world.succeed(12'000);
    REQUIRE(outlier);
    CHECK(outlier->cause == Cause::latency);
    CHECK(outlier->value == Approx(12));
    CHECK(outlier->limit == Approx(10));
}

TEST_CASE("slow calls that were out together count as one") {
    World world;
    for (int i = 0; i < 100; ++i) CHECK_FALSE(world.call(CallOutcome::success, 20'000));
    for (int i = 0; i < 3; ++i) CHECK_FALSE(world.succeed(20'000));
    CHECK(world.succeed(20'000));
}

TEST_CASE("slow calls count anew after a fast one, and after a change of state") {
    World world;
    for (int i = 0; i < 4; ++i) world.succeed(20'000);
    world.succeed(10'000);  // the limit itself isn't slow
    for (int i = 0; i < 4; ++i) CHECK_FALSE(world.succeed(20'000));
    world.detector.forget_slow_calls();
    for (int i = 0; i < 4; ++i) CHECK_FALSE(world.succeed(20'000));
    CHECK(world.succeed(20'000));
}

TEST_CASE("a hundred slow calls are enough, however many failures are allowed") {
    World world;
    world.options.consecutive_failures = 1'000'000;
    for (int i = 0; i < 99; ++i) CHECK_FALSE(world.succeed(20'000));
    CHECK(world.succeed(20'000));
}

TEST_CASE("without a latency, of the call or of the module, nothing is slow") {
    const HealthOptions options;
    CHECK_FALSE(too_slow(options, -1, 1000));
    CHECK_FALSE(too_slow(options, 1e9F, 0));
    CHECK(too_slow(options, 10'001, 1000));
}
