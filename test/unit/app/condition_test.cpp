#include "app/condition.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace std::chrono_literals;

TEST_CASE("a condition says what is wrong in the latest words, and since when it is") {
    app::Condition store("the store");
    CHECK_FALSE(store.text());
    const app::Condition::Time noon(std::chrono::seconds(1'769'860'800));
    store.fail("connection refused", noon);
    store.fail("no such table", noon + 30s);
    CHECK(store.text() == "the store: no such table; since 2026-01-31T12:00:00Z");
    store.clear();
    CHECK_FALSE(store.text());
    store.fail("connection refused", noon + 60s);
    CHECK(store.text() == "the store: connection refused; since 2026-01-31T12:01:00Z");
}
