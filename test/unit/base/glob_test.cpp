#include "base/glob.hpp"

#include "support/catch.hpp"

TEST_CASE("a star stands for any text, and for none") {
    using lars::matches;
    CHECK(matches("*", "payments"));
    CHECK(matches("*", ""));
    CHECK(matches("payments", "payments"));
    CHECK_FALSE(matches("payments", "payments2"));
    CHECK_FALSE(matches("payments", "payment"));
    CHECK(matches("batch-*", "batch-get.live-list"));
    CHECK(matches("batch-*", "batch-"));
    CHECK_FALSE(matches("batch-*", "batch"));
    CHECK(matches("*-live", "a-live-live"));
    CHECK(matches("a*b*c", "a-b-b-c"));
    CHECK_FALSE(matches("a*b*c", "a-c-b"));
    CHECK_FALSE(matches("", "a"));
}
