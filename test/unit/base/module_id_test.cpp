#include "base/module_id.hpp"

#include "support/catch.hpp"

#include <limits>

using namespace lars;

TEST_CASE("the shard of a module is the sum of its ids modulo the shards") {
    CHECK(shard_of({1, 1}, 3) == 2);
    CHECK(shard_of({0, 0}, 3) == 0);
    CHECK(shard_of({1, 2}, 3) == 0);
}

TEST_CASE("the largest ids don't overflow their sum") {
    const auto max = std::numeric_limits<std::int32_t>::max();
    CHECK(shard_of({max, max}, 3) == (2ULL * 2147483647ULL) % 3);
}

TEST_CASE("a negative id names no module") {
    CHECK_FALSE(ModuleId{-1, 0}.valid());
    CHECK_FALSE(ModuleId{0, -1}.valid());
    CHECK(ModuleId{0, 0}.valid());
}
