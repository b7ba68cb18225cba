#include "agent/transition_filter.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kModule{1, 1};
constexpr auto kPeriod = TransitionFilter::kPeriod;

lb::Transition change_of(std::uint32_t ip, lb::State to) {
    return {.endpoint = Endpoint::from_ipv4(ip, 80), .to = to};
}

}  // namespace

TEST_CASE("that an endpoint breaks and is back is shown, every time that it isn't soon after") {
    TransitionFilter filter;
    for (auto now = lb::Time(1h); now < 2h; now += 10min) {
        CHECK(filter.shows(kModule, change_of(1, lb::State::ejected), now));
        CHECK(filter.shows(kModule, change_of(1, lb::State::slow_start), now + 1s));
        CHECK(filter.drain(now + kPeriod).empty());
    }
}

TEST_CASE("of an endpoint that comes and goes all the time, a line in ten seconds says how often") {
    TransitionFilter filter;
    lb::Time now = 1h;
    int shown = 0;
    std::uint32_t counted = 0;
    constexpr int kFlaps = 1'000;
    for (int i = 0; i < kFlaps; ++i, now += 100ms) {
        for (const auto to : {lb::State::ejected, lb::State::slow_start}) {
            shown += filter.shows(kModule, change_of(1, to), now);
        }
        for (const auto& each : filter.drain(now)) {
            CHECK(each.latest.to == lb::State::slow_start);
            counted += each.changes;
            ++shown;
        }
    }
    CHECK(shown <= 2 + 10);

    // It broke for good: that is said, and the endpoint is forgotten.
    CHECK_FALSE(filter.shows(kModule, change_of(1, lb::State::ejected), now));
    const auto last = filter.drain(now + kPeriod);
    REQUIRE(last.size() == 1);
    CHECK(last[0].module == kModule);
    CHECK(last[0].latest.to == lb::State::ejected);
    counted += last[0].changes;
    CHECK(counted == 2 * kFlaps + 1 - 2);
    CHECK(filter.drain(now + 2 * kPeriod).empty());
    CHECK(filter.shows(kModule, change_of(1, lb::State::slow_start), now + 2 * kPeriod));
}

TEST_CASE("endpoints are told apart by module and address, and too many are all shown") {
    TransitionFilter filter;
    for (int round = 0; round < 5; ++round) {
        for (std::uint32_t ip = 0; ip < 2 * TransitionFilter::kMaxWatched; ++ip) {
            const ModuleId module{1, static_cast<std::int32_t>(ip % 2)};
            const bool watched = ip < TransitionFilter::kMaxWatched;
            const bool shown = filter.shows(module, change_of(ip / 2, lb::State::ejected), 1h);
            CHECK(shown == (!watched || round < 2));
        }
    }
}
