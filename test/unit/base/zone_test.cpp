#include "base/zone.hpp"

#include "support/catch.hpp"

#include <string>

namespace lars {
namespace {

TEST_CASE("a zone is region/zone, or a region") {
    for (const auto* good : {"", "eu-1", "eu-1/a", "EU_1/rack.7"}) {
        CAPTURE(good);
        CHECK(why_no_zone(good).empty());
    }
    for (const auto* bad : {"/", "/a", "eu-1/", "eu/1/a", "eu 1", "eu,1", "a=b", "e\xC3\xBC"}) {
        CAPTURE(bad);
        CHECK_FALSE(why_no_zone(bad).empty());
    }
    CHECK(why_no_zone(std::string(64, 'z')).empty());
    CHECK_FALSE(why_no_zone(std::string(65, 'z')).empty());
}

TEST_CASE("nearer is the same zone, then the same region") {
    CHECK(nearness("eu-1/a", "eu-1/a") == Nearness::same_zone);
    CHECK(nearness("eu-1/a", "eu-1/b") == Nearness::same_region);
    CHECK(nearness("eu-1/a", "eu-1") == Nearness::same_region);
    CHECK(nearness("eu-1", "eu-1") == Nearness::same_region);
    CHECK(nearness("eu-1/a", "eu-2/a") == Nearness::elsewhere);
    CHECK(nearness("eu-1/a", "eu-11/a") == Nearness::elsewhere);
    CHECK(nearness("eu-1/a", "") == Nearness::elsewhere);
    CHECK(nearness("", "") == Nearness::elsewhere);
}

}  // namespace
}  // namespace lars
