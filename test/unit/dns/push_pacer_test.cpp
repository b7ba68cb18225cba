#include "dns/push_pacer.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kStart{std::chrono::hours(1)};
constexpr ModuleId kA{1, 1};
constexpr ModuleId kB{2, 1};

}  // namespace

TEST_CASE("the first change is pushed at once, and those that follow closely go together") {
    PushPacer pacer;
    CHECK(pacer.next_due() == Clock::time_point::max());
    CHECK(pacer.may_push(kA, kStart));
    CHECK(pacer.may_push(kB, kStart + 1ms));
    CHECK_FALSE(pacer.may_push(kA, kStart + 10ms));
    CHECK_FALSE(pacer.may_push(kA, kStart + 20ms));
    CHECK(pacer.next_due() == kStart + 100ms);
    CHECK(pacer.take_due(kStart + 99ms).empty());
    CHECK(pacer.take_due(kStart + 100ms) == std::vector{kA});
    // That was a push, after which there is a gap again.
    CHECK_FALSE(pacer.may_push(kA, kStart + 150ms));
    CHECK(pacer.take_due(kStart + 200ms) == std::vector{kA});
    CHECK(pacer.take_due(kStart + 400ms).empty());
    CHECK(pacer.next_due() == Clock::time_point::max());
    CHECK(pacer.may_push(kA, kStart + 400ms));
    CHECK(pacer.may_push(kB, kStart + 400ms));
}

TEST_CASE("a change long after the last one is pushed at once, whoever was asked meanwhile") {
    PushPacer pacer;
    CHECK(pacer.may_push(kA, kStart));
    CHECK(pacer.may_push(kA, kStart + 100ms));
    CHECK_FALSE(pacer.may_push(kA, kStart + 199ms));
    // One that is due isn't forgotten, though nobody has taken it in time.
    CHECK_FALSE(pacer.may_push(kA, kStart + 300ms));
    CHECK(pacer.take_due(kStart + 300ms) == std::vector{kA});
}
