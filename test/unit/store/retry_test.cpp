#include "store/engine/retry.hpp"

#include "support/catch.hpp"

using namespace lars::store;
using namespace std::chrono_literals;

namespace {

const Error kConflict{ErrorKind::conflict, "deadlock"};
const Error kLost{ErrorKind::unavailable, "lost"};

}  // namespace

TEST_CASE("after a conflict a write is tried five times, after longer and longer pauses") {
    Retry retry(Mode::write, 1);
    std::chrono::milliseconds before{0};
    for (int attempt = 1; attempt < 5; ++attempt) {
        const auto pause = retry.after(kConflict);
        REQUIRE(pause);
        CHECK(*pause > before);
        before = *pause;
    }
    CHECK_FALSE(retry.after(kConflict));
}

TEST_CASE("a lost server is given up when there is no other") {
    CHECK_FALSE(Retry(Mode::write, 1).after(kLost));
    CHECK(Retry(Mode::write, 2).after(kLost));
}

TEST_CASE("what trying again can't mend is answered at once") {
    for (const auto kind :
         {ErrorKind::refused, ErrorKind::schema, ErrorKind::invalid, ErrorKind::internal}) {
        CHECK_FALSE(Retry(Mode::write, 2).after({kind, "no"}));
    }
}

TEST_CASE("reads, and writes that must not be done twice, are tried once") {
    for (const auto mode : {Mode::read, Mode::snapshot, Mode::write_once}) {
        CHECK_FALSE(Retry(mode, 2).after(kConflict));
        CHECK_FALSE(Retry(mode, 2).after(kLost));
    }
    for (const auto mode : {Mode::write, Mode::write_committed, Mode::write_each, Mode::schema}) {
        CHECK(Retry(mode, 2).after(kConflict));
    }
}

TEST_CASE("what a read-only server refused goes to another, whatever it was") {
    const Error read_only{ErrorKind::read_only, "no"};
    CHECK(Retry(Mode::write, 2).after(read_only));
    CHECK(Retry(Mode::write_once, 2).after(read_only));
    CHECK_FALSE(Retry(Mode::write, 1).after(read_only));
    Retry retry(Mode::write, 2);
    std::chrono::milliseconds together{0};
    while (const auto pause = retry.after(read_only)) together += *pause;
    CHECK(together > 800ms);
    CHECK(together < 1s);
}
