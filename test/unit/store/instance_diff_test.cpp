#include "store/instance_diff.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

namespace {

OwnedRow row(const char* endpoint, InstanceState state = InstanceState::serves) {
    OwnedRow made;
    made.owner.fill(1);
    made.module = {1, 1};
    made.endpoint = *parse_endpoint(endpoint);
    made.state = state;
    return made;
}

PresentOwnedRow present(std::uint64_t id, OwnedRow row) {
    const bool in_route_data = row.in_route_data();
    return {id, in_route_data, std::move(row)};
}

}  // namespace

TEST_CASE("a row that doesn't serve any more moves to the other table") {
    WantedRows wanted;
    wanted.rows = {row("10.0.0.1:80", InstanceState::failing)};
    const auto diff = diff_of(wanted, {present(7, row("10.0.0.1:80"))});
    REQUIRE(diff.removed.size() == 1);
    CHECK(diff.removed[0].id == 7);
    CHECK(diff.removed[0].in_route_data);
    CHECK(diff.added == wanted.rows);
    REQUIRE(diff.events.size() == 1);
    CHECK(diff.events[0].kind == InstanceEvent::Kind::failed);
}

TEST_CASE("the steps of a drain are edits that nobody is told of") {
    auto step = row("10.0.0.1:80", InstanceState::draining);
    step.weight = 50;
    WantedRows wanted;
    wanted.rows = {step};
    const auto diff = diff_of(wanted, {present(7, row("10.0.0.1:80", InstanceState::draining))});
    REQUIRE(diff.changed.size() == 1);
    CHECK(diff.changed[0].row.weight == 50);
    CHECK(diff.events.empty());
}

TEST_CASE("of two rows for one endpoint one goes, and nothing else changes") {
    WantedRows wanted;
    wanted.rows = {row("10.0.0.1:80")};
    const auto diff =
        diff_of(wanted, {present(7, row("10.0.0.1:80")), present(8, row("10.0.0.1:80"))});
    REQUIRE(diff.removed.size() == 1);
    CHECK(diff.removed[0].id == 8);
    CHECK(diff.added.empty());
    CHECK(diff.events.empty());
}

TEST_CASE("events of one kind, owner and module are one line") {
    std::vector<InstanceEvent> events;
    for (const auto* endpoint : {"10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"}) {
        const auto of = row(endpoint);
        events.push_back(
            {InstanceEvent::Kind::withdrawn, of.owner, of.module, of.endpoint, "stopped"}
        );
    }
    const auto audit = audit_of(events);
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].removed == 3);
    CHECK(audit[0].detail == "10.0.0.1:80: stopped and 2 others");
}
