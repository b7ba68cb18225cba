#include "lb/health/serving_set.hpp"

#include "support/catch.hpp"

#include <set>

using namespace lars::lb;

namespace {

std::set<Slot> slots(std::span<const Slot> span) {
    return {span.begin(), span.end()};
}

}  // namespace

TEST_CASE("who is suspended isn't a candidate, and is again when restored") {
    ServingSet set(0);
    set.reset(std::vector<bool>(4));
    CHECK(set.all_serve());
    set.suspend(1);
    set.suspend(3);
    CHECK(slots(set.serving()) == std::set<Slot>{0, 2});
    CHECK(slots(set.candidates()) == std::set<Slot>{0, 2});
    CHECK(slots(set.suspended()) == std::set<Slot>{1, 3});
    CHECK(set.is_candidate(0));
    CHECK_FALSE(set.is_candidate(3));
    CHECK_FALSE(set.all_serve());
    set.restore(3);
    CHECK(set.is_candidate(3));
    CHECK(slots(set.suspended()) == std::set<Slot>{1});
}

TEST_CASE("a reset takes over who is suspended") {
    ServingSet set(0);
    set.reset({false, true, false, true, true});
    CHECK(slots(set.serving()) == std::set<Slot>{0, 2});
    CHECK(slots(set.suspended()) == std::set<Slot>{1, 3, 4});
    set.restore(4);
    CHECK(slots(set.candidates()) == std::set<Slot>{0, 2, 4});
}

TEST_CASE("below the panic threshold everybody is a candidate") {
    ServingSet set(0.5);
    set.reset(std::vector<bool>(4));
    set.suspend(0);
    set.suspend(1);
    CHECK_FALSE(set.panics());
    CHECK(set.candidates().size() == 2);
    set.suspend(2);
    CHECK(set.panics());
    CHECK(set.candidates().size() == 4);
    CHECK(set.is_candidate(0));
    CHECK(set.serving().size() == 1);
    set.restore(0);
    CHECK_FALSE(set.panics());
    CHECK(set.candidates().size() == 2);
}

TEST_CASE("with nobody serving everybody is a candidate, even without a threshold") {
    ServingSet set(0);
    set.reset({true, true});
    CHECK(set.panics());
    CHECK(set.candidates().size() == 2);
}
