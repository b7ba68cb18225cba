#include "lb/random.hpp"

#include "support/catch.hpp"

#include <map>

using namespace lars::lb;

TEST_CASE("two choices are different, and every pair is as likely") {
    Random random(5);
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> drawn;
    for (int i = 0; i < 120'000; ++i) ++drawn[two_below(4, random)];
    CHECK(drawn.size() == 12);
    for (const auto& [pair, count] : drawn) {
        CHECK(pair.first != pair.second);
        CHECK(count == Approx(10'000).epsilon(0.05));
    }
}
