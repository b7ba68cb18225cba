#include "dns/route_recipe.hpp"

#include "dns/route_table.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;
using namespace std::chrono_literals;

namespace {

constexpr ModuleId kModule{1, 1};
const HostTable::Time kStart{1h};

Address ipv4(std::uint8_t last) {
    return Endpoint::from_ipv4(0x0A000000U + last, 0).address;
}

Endpoint endpoint(std::uint8_t last, std::uint16_t port = 80) {
    return Endpoint::from_ipv4(0x0A000000U + last, port);
}

void answer(HostTable& hosts, const std::string& host, HostRecords records) {
    REQUIRE(hosts.begin_due(kStart + 24h));
    hosts.end(host, std::move(records), kStart);
}

/// A module with one plain endpoint, 10.0.0.1:80, and db.example:80.
store::StoredRoute with_host(std::string host = "db.example") {
    store::StoredRoute stored;
    stored.route.module = kModule;
    stored.route.endpoints = {{endpoint(1), 100, "", ""}};
    stored.hosts = {{std::move(host), 80, 50, "eu-1/a", "version=2"}};
    stored.sum = {2, 1'000};
    return stored;
}

RouteTable::Changed load(RouteTable& table, std::vector<store::StoredRoute> routes) {
    store::RouteSnapshot snapshot;
    snapshot.position = {10, 0};
    snapshot.routes = std::move(routes);
    return table.load(std::move(snapshot));
}

RouteTable::Changed apply(RouteTable& table, store::StoredRoute route) {
    store::RouteChanges changes;
    changes.position = {table.position().version + 1, 0};
    changes.routes.push_back(std::move(route));
    return table.apply(std::move(changes));
}

std::vector<std::uint32_t> weights(const std::vector<RouteEndpoint>& endpoints) {
    std::vector<std::uint32_t> all;
    for (const auto& each : endpoints) all.push_back(each.weight);
    return all;
}

}  // namespace

TEST_CASE("a host is an endpoint at each of its addresses, with what its row says") {
    HostTable hosts;
    hosts.set(kModule, {"db.example"}, kStart);
    const auto recipe = recipe_of(with_host());
    CHECK(make_endpoints(recipe, hosts).awaits_hosts);
    CHECK(make_endpoints(recipe, hosts).endpoints.size() == 1);
    answer(hosts, "db.example", {{ipv4(2), ipv4(1)}, 5s, ""});
    const auto made = make_endpoints(recipe, hosts);
    CHECK_FALSE(made.awaits_hosts);
    const std::vector<RouteEndpoint> expected{
        {endpoint(1), 100, "", ""}, {endpoint(2), 50, "eu-1/a", "version=2"}};
    CHECK(made.endpoints == expected);
}

TEST_CASE("an address of a host at which no node can be is no endpoint") {
    HostTable hosts;
    hosts.set(kModule, {"db.example"}, kStart);
    answer(hosts, "db.example", {{Endpoint::from_ipv4(0, 0).address}, 5s, ""});
    CHECK(make_endpoints(recipe_of(with_host()), hosts).endpoints.size() == 1);
}

TEST_CASE("a tag's share is kept as endpoints come and go") {
    RouteRecipe recipe;
    recipe.splits = {{kModule, "version=2", 50'000}};
    const auto share = [&recipe] {
        double tagged = 0;
        double all = 0;
        for (const auto& each : make_endpoints(recipe, HostTable()).endpoints) {
            all += each.weight;
            if (!each.tags.empty()) tagged += each.weight;
        }
        return tagged / all;
    };
    for (std::uint8_t i = 1; i <= 9; ++i) recipe.endpoints.push_back({endpoint(i), 100, "", ""});
    recipe.endpoints.push_back({endpoint(10), 100, "", "version=2"});
    CHECK(share() == Approx(0.05).epsilon(0.001));
    for (std::uint8_t i = 20; i < 60; ++i) {
        recipe.endpoints.push_back({endpoint(i), 7, "", "version=2"});
    }
    CHECK(share() == Approx(0.05).epsilon(0.001));
    recipe.splits[0].share_millionths = 1;
    CHECK(share() > 0);
    recipe.splits[0].share_millionths = store::kWholeShare;
    CHECK(share() == 1);
    recipe.splits[0].share_millionths = 0;
    CHECK(share() == 0);
}

TEST_CASE("where nobody has the tag, or everybody, nobody is drained") {
    std::vector<RouteEndpoint> endpoints{{endpoint(1), 100, "", ""}, {endpoint(2), 300, "", ""}};
    store::apply_splits({{kModule, "version=2", 50'000}}, endpoints);
    CHECK(weights(endpoints) == std::vector<std::uint32_t>{100, 300});
    for (auto& each : endpoints) each.tags = "version=2";
    store::apply_splits({{kModule, "version=2", 0}}, endpoints);
    CHECK(weights(endpoints) == std::vector<std::uint32_t>{100, 300});
    for (auto& each : endpoints) each.weight = 0;
    store::apply_splits({{kModule, "version=2", 50'000}}, endpoints);
    CHECK(weights(endpoints) == std::vector<std::uint32_t>{0, 0});
}

TEST_CASE("several tags have a share each, and an endpoint with two is of the first") {
    std::vector<RouteEndpoint> endpoints{
        {endpoint(1), 100, "", ""},
        {endpoint(2), 100, "", "a=1,b=1"},
        {endpoint(3), 100, "", "b=1"}};
    store::apply_splits({{kModule, "a=1", 250'000}, {kModule, "b=1", 250'000}}, endpoints);
    CHECK(weights(endpoints) == std::vector<std::uint32_t>{65'535, 32'768, 32'768});
}

TEST_CASE("a route is published anew when its hosts' addresses change, and no store is asked") {
    HostTable hosts;
    RouteTable table({}, &hosts);
    auto changed = load(table, {with_host()});
    REQUIRE(changed.size() == 1);
    CHECK(changed[0]->awaits_hosts);
    CHECK(changed[0]->has_hosts);
    CHECK(table.take_host_changes().at(kModule) == std::set<std::string>{"db.example"});
    CHECK(table.take_host_changes().empty());

    hosts.set(kModule, {"db.example"}, kStart);
    answer(hosts, "db.example", {{ipv4(7)}, 5s, ""});
    changed = table.renew_hosts({kModule});
    REQUIRE(changed.size() == 1);
    CHECK_FALSE(changed[0]->awaits_hosts);
    CHECK(changed[0]->route.endpoints.size() == 2);
    CHECK(changed[0]->route.version == 10);
    CHECK(table.renew_hosts({kModule}).empty());
    CHECK(table.sum({kModule, kModule}) == store::RowSum{2, 1'000});

    CHECK(apply(table, with_host("other.example")).size() == 1);
    CHECK(table.take_host_changes().at(kModule) == std::set<std::string>{"other.example"});
    store::StoredRoute gone;
    gone.route.module = kModule;
    gone.removed = 2;
    gone.removed_at = 12;
    CHECK(apply(table, gone).size() == 1);
    CHECK(table.take_host_changes().at(kModule).empty());
    CHECK(table.renew_hosts({kModule}).empty());
    CHECK(table.size() == 0);
}

TEST_CASE("a module with nothing but a host that isn't known is counted once it is") {
    HostTable hosts;
    RouteTable table({}, &hosts);
    auto stored = with_host();
    stored.route.endpoints.clear();
    CHECK(load(table, {stored}).size() == 1);
    CHECK(table.size() == 0);
    hosts.set(kModule, {"db.example"}, kStart);
    answer(hosts, "db.example", {{}, {}, "no such name", true});
    CHECK(table.renew_hosts({kModule}).size() == 1);  // it isn't awaited any more
    CHECK(table.size() == 0);
    answer(hosts, "db.example", {{ipv4(7)}, 5s, ""});
    CHECK(table.renew_hosts({kModule}).size() == 1);
    CHECK(table.size() == 1);
}

TEST_CASE("a route that is held keeps its hosts and splits until it is believed") {
    HostTable hosts;
    hosts.set(kModule, {"db.example"}, kStart);
    answer(hosts, "db.example", {{ipv4(7)}, 5s, ""});
    RouteTable table({}, &hosts);
    auto more = with_host();
    more.route.endpoints.push_back({endpoint(2), 100, "", ""});
    more.sum.rows = 3;
    load(table, {more});
    auto less = with_host();
    less.splits = {{kModule, "version=2", 500'000}};
    CHECK(apply(table, less).empty());
    CHECK(table.held_count() == 1);
    store::RouteChanges confirmed;
    confirmed.position = {20, 0};
    confirmed.confirmed = true;
    const auto changed = table.apply(std::move(confirmed));
    REQUIRE_FALSE(changed.empty());
    CHECK(changed[0]->route.endpoints.size() == 2);
    CHECK(weights(changed[0]->route.endpoints) == std::vector<std::uint32_t>{65'535, 65'535});
}
