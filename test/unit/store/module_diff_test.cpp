#include "store/module_diff.hpp"

#include "base/route.hpp"
#include "support/catch.hpp"

using namespace lars;
using store::ModuleContent;
using store::ModuleEdit;
using store::RouteRow;

namespace {

constexpr ModuleId kModule{1, 1};

RouteRow row(const char* endpoint, std::optional<std::uint32_t> weight = {}) {
    return {kModule, *parse_endpoint(endpoint), weight};
}

RouteRow whole(const char* endpoint, std::uint32_t weight) {
    return {kModule, *parse_endpoint(endpoint), weight, "", "", ""};
}

ModuleContent before() {
    return {{whole("10.0.0.1:80", 1), whole("10.0.0.2:80", 2), whole("10.0.0.3:80", 3)}, {}};
}

ModuleEdit edit(std::vector<RouteRow> wanted) {
    return {kModule, store::etag_of(before()), std::move(wanted), "ann"};
}

}  // namespace

TEST_CASE("an edit says which rows are added, removed and changed") {
    const auto outcome = store::outcome_of(
        before(), edit({row("10.0.0.9:80"), row("10.0.0.3:80", 7), row("10.0.0.1:80")})
    );
    CHECK_FALSE(outcome.conflict);
    CHECK(outcome.changes());
    CHECK(outcome.added == std::vector{whole("10.0.0.9:80", kDefaultWeight)});
    CHECK(outcome.removed == std::vector{whole("10.0.0.2:80", 2)});
    REQUIRE(outcome.changed.size() == 1);
    CHECK(outcome.changed[0].first == whole("10.0.0.3:80", 3));
    CHECK(outcome.changed[0].second == whole("10.0.0.3:80", 7));
    CHECK(outcome.before == before());
    CHECK(
        outcome.after.rows ==
        std::vector{
            whole("10.0.0.1:80", 1), whole("10.0.0.3:80", 7), whole("10.0.0.9:80", kDefaultWeight)}
    );
    CHECK(outcome.etag == store::etag_of(outcome.after));
    CHECK(store::summary_of(outcome) == "1 added, 1 removed, 1 changed");
}

TEST_CASE("of rows for one endpoint, what is said last counts") {
    const auto outcome = store::outcome_of(
        before(),
        edit({row("10.0.0.1:80", 5), row("10.0.0.1:80", 1), row("10.0.0.2:80"), row("10.0.0.3:80")})
    );
    CHECK_FALSE(outcome.changes());
    CHECK(outcome.etag == store::etag_of(before()));
}

TEST_CASE("an edit of what has changed meanwhile does nothing") {
    auto late = edit({});
    late.etag = "0123456789abcdef";
    const auto outcome = store::outcome_of(before(), late);
    CHECK(outcome.conflict);
    CHECK_FALSE(outcome.changes());
    CHECK(outcome.before == before());
    CHECK(outcome.after == before());
    CHECK(outcome.etag == store::etag_of(before()));
}

TEST_CASE("rows of another module, and what no table holds, are refused") {
    auto other = row("10.0.0.1:80");
    other.module = {1, 2};
    CHECK(store::check_storable(edit({other})).has_error());
    CHECK(store::check_storable(edit({row("0.0.0.0:80")})).has_error());
    CHECK(store::check_storable(edit({row("10.0.0.1:80", 65'536)})).has_error());
    auto negative = edit({});
    negative.module = {-1, 1};
    CHECK(store::check_storable(negative).has_error());
    CHECK(store::check_storable(edit({row("10.0.0.1:80")})).has_value());
}
