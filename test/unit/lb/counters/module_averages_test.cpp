#include "lb/counters/module_averages.hpp"

#include "support/catch.hpp"

using namespace lars::lb;

TEST_CASE("few calls have their mean, and of many the latest weigh the most") {
    ModuleAverages module;
    for (const float took_us : {1000.0F, 2000.0F, 3000.0F}) module.add_latency(took_us);
    CHECK(module.latency_us == Approx(2000));
    for (int i = 0; i < 1000; ++i) module.add_latency(5000);
    CHECK(module.latency_us == Approx(5000).epsilon(0.001));
    module.add_latency(8200);
    CHECK(module.latency_us == Approx(5100).epsilon(0.001));
}

TEST_CASE("an endpoint's first call counts only until there are others") {
    ModuleAverages module;
    module.add_first_latency(20'000);
    CHECK(module.latency_us == 20'000);
    module.add_first_latency(90'000);
    CHECK(module.latency_us == 20'000);
    module.add_latency(1000);
    CHECK(module.latency_us == 1000);
}

TEST_CASE("a call that hangs counts as four times the mean at most") {
    ModuleAverages module;
    module.add_latency(1000);
    auto hangs = module;
    hangs.add_latency(1e9F);
    auto slow = module;
    slow.add_latency(4000);
    CHECK(hangs.latency_us == slow.latency_us);
}

TEST_CASE("the failure rate of a module follows that of its calls") {
    ModuleAverages module;
    for (int i = 0; i < 5000; ++i) {
        module.add_outcome(i % 4 == 0 ? CallOutcome::failure : CallOutcome::success);
    }
    CHECK(module.failure_rate == Approx(0.25).epsilon(0.02));
}

TEST_CASE("a few failures in a row hardly move a module's failure rate") {
    ModuleAverages module;
    for (int i = 0; i < 5; ++i) module.add_outcome(CallOutcome::failure);
    CHECK(module.failure_rate < 0.02);
}

TEST_CASE("the failure rate stays above 0, so that it has a logarithm") {
    ModuleAverages module;
    for (int i = 0; i < 100'000; ++i) module.add_outcome(CallOutcome::success);
    CHECK(module.failure_rate == 1e-6F);
}
