#include "base/bound_notice.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace std::chrono_literals;
using Say = BoundNotice::Say;

TEST_CASE("a bound is said to be reached once, and to be over once") {
    BoundNotice notice;
    CHECK(notice.note(0, 0s) == Say::nothing);
    CHECK(notice.note(0, 100s) == Say::nothing);
    for (int round = 0; round < 2; ++round) {
        const auto begin = 1'000s * (round + 1);
        CHECK(notice.note(3, begin) == Say::reached);
        CHECK(notice.note(2, begin + 1s) == Say::nothing);
        CHECK(notice.note(0, begin + 10s) == Say::nothing);
        CHECK(notice.note(1, begin + 10s) == Say::nothing);
        CHECK(notice.note(0, begin + 19s) == Say::nothing);
        CHECK(notice.note(0, begin + 20s) == Say::over);
        CHECK(notice.take_refused() == 6);
        CHECK(notice.note(0, begin + 21s) == Say::nothing);
    }
}
