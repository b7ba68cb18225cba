#include "base/spin_budget.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace std::chrono_literals;

namespace {

using Time = SpinBudget::Time;

/// A wait that ends after so long, looked through each microsecond. Answers how long it looked.
Time wait_for(SpinBudget& budget, Time& now, Time length) {
    const auto begun = now;
    budget.begin(now);
    Time looked{};
    while (now - begun < length && budget.may_look(now)) {
        now += 1us;
        looked += 1us;
    }
    now = begun + length;
    budget.end(now);
    return looked;
}

void learn(SpinBudget& budget, Time& now, Time length) {
    for (int i = 0; i < 100; ++i) wait_for(budget, now, length);
}

}  // namespace

TEST_CASE("nobody looks before it is known that waits are short") {
    SpinBudget budget(50us);
    Time now = 1h;
    CHECK(wait_for(budget, now, 10us) == 0us);
    CHECK(budget.drain_looks().all == 0);
    learn(budget, now, 10us);
    CHECK(wait_for(budget, now, 10us) == 10us);
    CHECK(budget.drain_looks().in_vain == 0);
}

TEST_CASE("waits that are longer than a look are slept through") {
    SpinBudget budget(50us);
    Time now = 1h;
    learn(budget, now, 10ms);
    CHECK(budget.drain_looks().all == 0);
    learn(budget, now, 60us);
    learn(budget, now, 10ms);
    // Tried a few times, ever more rarely.
    const auto looks = budget.drain_looks();
    CHECK(looks.all <= 8);
    CHECK(looks.in_vain == looks.all);
}

TEST_CASE("two who wake one another for long find out that neither would wait for long awake") {
    constexpr auto kWake = 35us;
    constexpr auto kWork = 5us;
    SpinBudget one(50us);
    SpinBudget other(50us);
    Time now = 1h;
    bool both_awake = false;
    for (int i = 0; i < 3'000; ++i) {
        for (auto* budget : {&one, &other}) {
            // Both began to wait when they had sent; this one's datagram comes after the other's
            // work.
            budget->begin(now);
            const auto peer_slept = !both_awake;
            auto length = kWork + (peer_slept ? kWake : 0us);
            const auto begun = now;
            while (now - begun < length && budget->may_look(now)) now += 1us;
            const bool looked = now - begun >= length;
            if (!looked) length += kWake;
            now = begun + length;
            budget->end(now);
            both_awake = looked;
        }
    }
    CHECK(both_awake);
    CHECK(one.drain_looks().in_vain < 20);
    CHECK(other.drain_looks().in_vain < 20);
}

TEST_CASE("bursts with pauses between aren't looked for") {
    SpinBudget budget(50us);
    Time now = 1h;
    for (int i = 0; i < 1'000; ++i) {
        wait_for(budget, now, 10us);
        wait_for(budget, now, 10ms);
    }
    CHECK(budget.drain_looks().in_vain < 40);
}

TEST_CASE("a look never takes longer than the most, and in vain it is seldom repeated") {
    SpinBudget budget(50us);
    Time now = 1h;
    Time looked{};
    const auto begun = now;
    // Nine datagrams in a row, and then nothing for a while.
    for (int i = 0; i < 10'000; ++i) {
        for (int j = 0; j < 9; ++j) wait_for(budget, now, 5us);
        const auto last = wait_for(budget, now, 300us);
        CHECK(last <= 50us);
        looked += last;
    }
    CHECK(budget.drain_looks().in_vain > 0);
    CHECK(looked * 100 < now - begun);
}

TEST_CASE("looks that find something come back") {
    SpinBudget budget(50us);
    Time now = 1h;
    learn(budget, now, 10us);
    for (int i = 0; i < 5; ++i) wait_for(budget, now, 1ms);
    for (int i = 0; i < 5'000; ++i) wait_for(budget, now, 10us);
    CHECK(wait_for(budget, now, 10us) == 10us);
}

TEST_CASE("where others want the core nobody looks for a while, and longer each time") {
    SpinBudget budget(50us);
    Time now = 1h;
    learn(budget, now, 10us);
    budget.note_delay(2ms, now);
    CHECK(wait_for(budget, now, 10us) == 10us);
    for (const auto pause : {500ms, 1000ms, 2000ms, 4000ms, 8000ms, 8000ms}) {
        budget.note_delay(20ms, now);
        CHECK(wait_for(budget, now, 10us) == 0us);
        now += pause - 20us;
        budget.note_delay(20ms, now);  // sleepers wait for a core, too
        CHECK(wait_for(budget, now, 10us) == 0us);
        now += 10us;
        CHECK(wait_for(budget, now, 10us) == 10us);
    }
    budget.note_delay(0ms, now);
    budget.note_delay(20ms, now);
    now += 500ms;
    CHECK(wait_for(budget, now, 10us) == 10us);
}

TEST_CASE("a budget of nothing never looks, and may be changed") {
    SpinBudget budget(0us);
    Time now = 1h;
    learn(budget, now, 1us);
    CHECK(budget.drain_looks().all == 0);
    budget.set_max(50us);
    learn(budget, now, 1us);
    CHECK(budget.drain_looks().all > 0);
}
