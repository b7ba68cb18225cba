#include "app/repeat_filter.hpp"

#include "support/catch.hpp"

#include <string>

using namespace lars;
using app::RepeatFilter;
using namespace std::chrono_literals;

namespace {

constexpr RepeatFilter::Time kBegin{};
constexpr RepeatFilter::Options kThree{.max_times = 3, .window = 60s, .max_texts = 4};

int admitted(RepeatFilter& filter, const std::string& text, int times, RepeatFilter::Time now) {
    int count = 0;
    for (int i = 0; i < times; ++i) count += filter.admits(text, now) ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("a text is written a few times in a window, and the rest is counted") {
    RepeatFilter filter(kThree);
    CHECK(admitted(filter, "again", 3, kBegin) == 3);
    CHECK_FALSE(filter.next_due());
    CHECK(admitted(filter, "again", 5, kBegin + 59s) == 0);
    CHECK(filter.next_due() == kBegin + 60s);
    CHECK(filter.drain(kBegin + 59s).empty());
    const auto cuts = filter.drain(kBegin + 60s);
    REQUIRE(cuts.size() == 1);
    CHECK(cuts[0].text == "again");
    CHECK(cuts[0].times == 5);
    CHECK_FALSE(filter.next_due());
    CHECK(admitted(filter, "again", 4, kBegin + 60s) == 3);
}

TEST_CASE("a window that cut nothing begins anew by itself") {
    RepeatFilter filter(kThree);
    CHECK(admitted(filter, "again", 3, kBegin) == 3);
    CHECK(admitted(filter, "again", 3, kBegin + 60s) == 3);
}

TEST_CASE("one text's repetitions cut no other") {
    RepeatFilter filter(kThree);
    CHECK(admitted(filter, "a", 10, kBegin) == 3);
    CHECK(admitted(filter, "b", 2, kBegin) == 2);
    CHECK(admitted(filter, "aa", 1, kBegin) == 1);
}

TEST_CASE("many texts push out those that weren't cut, and never what is to be said of the others"
) {
    RepeatFilter filter(kThree);
    CHECK(admitted(filter, "again", 10, kBegin) == 3);
    for (int i = 0; i < 100; ++i) CHECK(filter.admits(std::to_string(i), kBegin));
    CHECK(admitted(filter, "again", 10, kBegin) == 0);
    CHECK(filter.drain_all().at(0).times == 17);
    // As many that were cut as are remembered: what is new is written.
    for (const auto* text : {"a", "b", "c", "d"}) CHECK(admitted(filter, text, 9, kBegin) == 3);
    CHECK(admitted(filter, "e", 9, kBegin) == 9);
    CHECK(filter.drain_all().size() == 4);
}

TEST_CASE("of a long text its beginning is shown, and all of it counts") {
    RepeatFilter filter(kThree);
    const std::string common(RepeatFilter::kShown, 'x');
    CHECK(admitted(filter, common + "a", 4, kBegin) == 3);
    CHECK(admitted(filter, common + "b", 3, kBegin) == 3);
    CHECK(filter.drain_all().at(0).text == common);
}
