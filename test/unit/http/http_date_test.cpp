#include "http/http_date.hpp"

#include "support/catch.hpp"

using lars::http::parse_date;

TEST_CASE("a Date header is a moment, and what isn't one is none") {
    const auto date = parse_date("Wed, 15 Nov 2023 12:00:00 GMT");
    REQUIRE(date);
    CHECK(date->time_since_epoch().count() == 1'700'049'600);
    for (const auto* other : {"", "now", "Wed, 15 Nov 2023 12:00:00", "2023-11-15T12:00:00Z"}) {
        CHECK_FALSE(parse_date(other));
    }
}
