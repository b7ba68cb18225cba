#include "reporter/descriptor_limit.hpp"

#include "support/catch.hpp"

#include <cstdint>

using lars::reporter::agents_within;

TEST_CASE("agents leave descriptors to the store") {
    CHECK(agents_within(10'000, 1'048'576, 2) == 10'000);
    CHECK(agents_within(10'000, SIZE_MAX, 2) == 10'000);
    CHECK(agents_within(10'000, 1'024, 2) == 1'024 - 72);
    CHECK(agents_within(10'000, 64, 2) == 32);
    CHECK(agents_within(10'000, 1, 2) == 1);
    CHECK(agents_within(10, 1'024, 2) == 10);
}
