#include "console/login_limiter.hpp"

#include "support/catch.hpp"

using namespace lars::console;
using namespace std::chrono_literals;

namespace {

constexpr LoginLimiter::Clock::time_point kNow{1'000h};

}  // namespace

TEST_CASE("a few tries are free, and then each costs a pause") {
    LoginLimiter limiter;
    for (int i = 0; i < LoginLimiter::kAtOnce; ++i) {
        CHECK(limiter.try_now("alice", "10.0.0.1", kNow) == 0s);
    }
    CHECK(limiter.try_now("alice", "10.0.0.1", kNow) == LoginLimiter::kPause);
    CHECK(limiter.try_now("alice", "10.0.0.1", kNow + 4s) == LoginLimiter::kPause - 4s);
    CHECK(limiter.try_now("alice", "10.0.0.1", kNow + LoginLimiter::kPause) == 0s);
    CHECK(limiter.try_now("alice", "10.0.0.1", kNow + LoginLimiter::kPause) > 0s);
}

TEST_CASE("neither many addresses get at one account, nor one address at many accounts") {
    LoginLimiter limiter;
    for (int i = 0; i < LoginLimiter::kAtOnce; ++i) {
        limiter.try_now("alice", "10.0.1." + std::to_string(i), kNow);
        limiter.try_now("user" + std::to_string(i), "10.0.0.1", kNow);
    }
    CHECK(limiter.try_now("alice", "10.0.0.9", kNow) > 0s);
    CHECK(limiter.try_now("bob", "10.0.0.1", kNow) > 0s);
    CHECK(limiter.try_now("bob", "10.0.0.9", kNow) == 0s);
}

TEST_CASE("who gets it right begins anew") {
    LoginLimiter limiter;
    for (int i = 0; i < LoginLimiter::kAtOnce; ++i) limiter.try_now("alice", "10.0.0.1", kNow);
    limiter.succeeded("alice", "10.0.0.1");
    CHECK(limiter.try_now("alice", "10.0.0.1", kNow) == 0s);
}

TEST_CASE("ever new names push out who owes least, and not who is waiting") {
    LoginLimiter limiter;
    for (int i = 0; i < LoginLimiter::kAtOnce; ++i) limiter.try_now("alice", "10.0.0.1", kNow);
    for (std::size_t i = 0; i < 2 * LoginLimiter::kMaxKnown; ++i) {
        limiter.try_now("user" + std::to_string(i), "a" + std::to_string(i), kNow);
    }
    CHECK(limiter.try_now("alice", "10.0.0.2", kNow) > 0s);
}
