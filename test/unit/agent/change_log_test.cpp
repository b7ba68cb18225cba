#include "agent/change_log.hpp"

#include "support/catch.hpp"

using namespace lars;
using agent::ChangeLog;

namespace {

agent::Change change(ModuleId module, double value) {
    return {.when = {}, .module = module, .what = {.value = value}};
}

}  // namespace

TEST_CASE("a module's changes are listed, the newest first, and the oldest are forgotten") {
    ChangeLog log;
    CHECK(log.of({1, 1}).empty());
    log.add(change({1, 1}, 1));
    log.add(change({2, 2}, 2));
    log.add(change({1, 1}, 3));
    const auto few = log.of({1, 1});
    REQUIRE(few.size() == 2);
    CHECK(few[0].what.value == 3);
    CHECK(few[1].what.value == 1);

    for (std::size_t i = 0; i < ChangeLog::kKept; ++i) log.add(change({3, 3}, double(i)));
    CHECK(log.of({1, 1}).empty());
    log.add(change({1, 1}, 4));
    const auto many = log.of({3, 3});
    REQUIRE(many.size() == ChangeLog::kKept - 1);
    CHECK(many.front().what.value == double(ChangeLog::kKept - 1));
    CHECK(many.back().what.value == 1);
}
