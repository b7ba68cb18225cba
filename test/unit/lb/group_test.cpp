#include "lb/group.hpp"

#include "lb/tag_groups.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <map>

using namespace lars;
using namespace lars::lb;

namespace {

struct Given {
    std::uint32_t weight = kDefaultWeight;
    std::string tags;
};

EndpointTable table_of(const std::vector<Given>& all) {
    Route route;
    route.module = {1, 1};
    std::uint32_t next = 0x0A000000U;
    for (const auto& each : all) {
        route.endpoints.push_back({Endpoint::from_ipv4(next++, 80), each.weight, "", each.tags});
    }
    return EndpointTable(route);
}

std::vector<Slot> slots_of(std::span<const Slot> slots) {
    std::vector<Slot> sorted(slots.begin(), slots.end());
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

std::map<Slot, double> drawn(const Group& group) {
    Random random(1);
    std::map<Slot, double> shares;
    for (int i = 0; i < 100'000; ++i) shares[group.draw(random)] += 1e-5;
    return shares;
}

}  // namespace

TEST_CASE("a group is drawn from by weight", "[group]") {
    const auto table = table_of({{100}, {300}, {100}, {50}, {600}});
    const Group group(table, {1, 3, 4});
    CHECK(group.size() == 3);
    CHECK_FALSE(group.equal_weights());
    CHECK(group.mean_weight() == Approx(950.0 / 3));
    CHECK(group.contains(3));
    CHECK_FALSE(group.contains(0));
    const auto shares = drawn(group);
    CHECK(shares.size() == 3);
    CHECK(shares.at(1) == Approx(300.0 / 950).epsilon(0.03));
    CHECK(shares.at(3) == Approx(50.0 / 950).epsilon(0.06));
    CHECK(shares.at(4) == Approx(600.0 / 950).epsilon(0.03));
}

TEST_CASE("a group of equal weights in an unequal route has equal shares", "[group]") {
    const auto table = table_of({{100}, {300}, {100}});
    const Group group(table, {0, 2});
    CHECK(group.equal_weights());
    CHECK(drawn(group).at(0) == Approx(0.5).epsilon(0.03));
}

TEST_CASE("a group follows who serves", "[group]") {
    const auto table = table_of({{}, {}, {}, {}, {}, {}, {}, {}});
    Group group(table, {0, 2, 4, 6});
    ServingSet serving(0.5);
    serving.reset(std::vector<bool>(8));
    CHECK(slots_of(group.candidates(serving)) == std::vector<Slot>{0, 2, 4, 6});
    serving.suspend(2);
    CHECK(slots_of(group.candidates(serving)) == std::vector<Slot>{0, 4, 6});
    serving.suspend(1);  // isn't in it
    CHECK(slots_of(group.candidates(serving)) == std::vector<Slot>{0, 4, 6});
    serving.suspend(0);
    CHECK(slots_of(group.candidates(serving)) == std::vector<Slot>{4, 6});
    serving.suspend(4);  // a quarter is left: too few
    CHECK(slots_of(group.candidates(serving)) == std::vector<Slot>{0, 2, 4, 6});
    serving.restore(0);
    CHECK(slots_of(group.candidates(serving)) == std::vector<Slot>{0, 6});
    for (const Slot slot : {1U, 2U, 4U}) serving.restore(slot);
    CHECK(slots_of(group.candidates(serving)) == std::vector<Slot>{0, 2, 4, 6});
}

TEST_CASE("endpoints are found by tag", "[group]") {
    const auto table = table_of(
        {{100, "stage=canary,version=2"}, {100, "version=1"}, {0, "version=3"}, {100, "version=2"}}
    );
    TagGroups groups(table);
    const auto slots = [&](const char* tag) {
        const auto* group = groups.find(tag);
        return group ? slots_of(group->slots()) : std::vector<Slot>();
    };
    CHECK(slots("version=2") == std::vector<Slot>{0, 2});
    CHECK(slots("version=1") == std::vector<Slot>{1});
    CHECK(slots("stage=canary") == std::vector<Slot>{0});
    for (const auto* tag : {"", "version", "version=", "version=22", "version=3", "zzz", "stage"}) {
        INFO(tag);
        CHECK(groups.find(tag) == nullptr);
    }
    CHECK(groups.find("version=2") == groups.find("version=2"));
}
