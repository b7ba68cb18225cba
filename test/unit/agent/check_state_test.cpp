#include "agent/registration/check_state.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kStart{std::chrono::hours(1)};
const CheckResult kPass{true};
const CheckResult kFail{false, "no answer in time"};

}  // namespace

TEST_CASE("so many results in a row change how an instance stands") {
    CheckOptions options;
    options.kind = CheckOptions::Kind::tcp;
    options.rise = 2;
    options.fall = 3;
    CheckState state(options, CheckState::Verdict::starting, kStart);
    CHECK_FALSE(state.note(kPass, kStart));
    CHECK_FALSE(state.note(kFail, kStart));
    CHECK_FALSE(state.note(kPass, kStart));
    CHECK(state.note(kPass, kStart));
    CHECK(state.verdict() == CheckState::Verdict::passing);
    CHECK_FALSE(state.note(kFail, kStart));
    CHECK_FALSE(state.note(kFail, kStart));
    CHECK_FALSE(state.note(kPass, kStart));
    CHECK_FALSE(state.note(kFail, kStart));
    CHECK_FALSE(state.note(kFail, kStart));
    CHECK(state.note(kFail, kStart));
    CHECK(state.verdict() == CheckState::Verdict::failing);
    CHECK(state.reason() == "no answer in time");
    CHECK_FALSE(state.note(kPass, kStart));
    CHECK(state.note(kPass, kStart));
    CHECK(state.reason().empty());
}

TEST_CASE("failures in the start period don't count") {
    CheckOptions options;
    options.kind = CheckOptions::Kind::tcp;
    options.start_period = 10s;
    CheckState state(options, CheckState::Verdict::passing, kStart);
    CHECK_FALSE(state.note(kFail, kStart + 9s));
    CHECK(state.note(kFail, kStart + 10s));
}

TEST_CASE("without a check an instance passes") {
    const CheckState state({}, CheckState::Verdict::starting, kStart);
    CHECK(state.verdict() == CheckState::Verdict::passing);
}
