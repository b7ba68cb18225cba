#include "lb/retry_budget.hpp"

#include "lb/random.hpp"
#include "support/catch.hpp"

#include <cmath>

using namespace lars::lb;
using namespace std::chrono_literals;

namespace {

/// Calls of a module as they come, each of which fails and asks to be tried again.
struct Module {
    RetryBudgetOptions options;
    RetryBudget budget;
    std::uint32_t calls = 0;
    Time now = 1h;

    bool retry() { return wait() == 0ms; }
    std::chrono::milliseconds wait() { return budget.take(options, ++calls, now); }
    int drain() {
        int granted = 0;
        while (retry()) ++granted;
        return granted;
    }
    /// Retries that were granted while first tries came at random moments.
    int run(double per_second, int first_tries) {
        Random random(1);
        int granted = 0;
        for (int i = 0; i < first_tries; ++i) {
            const auto wait = -std::log(1 - double(random.unit())) / per_second;
            now += std::chrono::duration_cast<Time>(std::chrono::duration<double>(wait));
            ++calls;
            granted += retry();
        }
        return granted;
    }
};

}  // namespace

TEST_CASE("a module that was quiet has retries for ten seconds", "[retry_budget]") {
    Module module;
    CHECK(module.drain() == 100);
    CHECK(module.wait() == 100ms);
    module.now += 99ms;
    CHECK(module.wait() == 1ms);
    module.now += 2ms;
    CHECK(module.retry());
    CHECK_FALSE(module.retry());
    module.now += 1h;
    CHECK(module.drain() == 100);
}

TEST_CASE("a fifth of the first tries may be tried again", "[retry_budget]") {
    for (const double per_second : {100.0, 1'000.0, 100'000.0}) {
        INFO(per_second);
        Module module;
        module.drain();
        const auto granted = module.run(per_second, 20'000);
        CHECK(granted >= 3'900);
        CHECK(granted <= 4'010);
    }
}

TEST_CASE("where first tries are few ten a second may be", "[retry_budget]") {
    Module module;
    module.drain();
    const auto begin = module.now;
    const auto granted = module.run(20, 20'000);
    const auto seconds = std::chrono::duration<double>(module.now - begin).count();
    CHECK(granted / seconds > 9.5);
    CHECK(granted / seconds < 10.5);
}

TEST_CASE("first tries since the last retry are counted when the next comes", "[retry_budget]") {
    Module module;
    module.drain();
    module.calls += 1'000;  // within no time
    CHECK(module.drain() == 200);
    module.calls += 10'000;
    module.now += 1s;
    CHECK(module.drain() == 2'000);
    module.calls += 100'000;  // a second's worth is kept, of 100 a second
    module.now += 1'000s;
    CHECK(module.drain() == 120);
}

TEST_CASE("the count of calls may wrap around, and the clock's milliseconds", "[retry_budget]") {
    Module module;
    module.calls = 0xFFFFFFF0U;
    module.now = std::chrono::milliseconds(0xFFFFFFFFULL);
    module.drain();
    module.calls += 100;
    module.now += 10ms;
    CHECK(module.drain() == 20);
}

TEST_CASE("a budget of nothing refuses all", "[retry_budget]") {
    Module module{.options = {.ratio = 0, .min_per_second = 0}, .budget = {}};
    for (int i = 0; i < 10; ++i) {
        module.now += 1h;
        CHECK(module.wait() == 1'000ms);
    }
}

TEST_CASE("a budget is small", "[retry_budget]") {
    STATIC_REQUIRE(sizeof(RetryBudget) == 16);
}
