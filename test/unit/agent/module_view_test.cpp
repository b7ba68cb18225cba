#include "agent/module_view.hpp"

#include "agent/debug_json.hpp"
#include "modules.hpp"
#include "support/catch.hpp"

#include <limits>
#include <set>

using namespace lars;
using namespace lars::agent;
using namespace lars::test;
using namespace std::chrono_literals;

TEST_CASE("ids are found in parts, and modules that go meanwhile hide none of the others") {
    ModuleMap modules(classic_policies());
    constexpr int kModules = 3'000;
    for (int i = 0; i < kModules; ++i) modules.add({i, 1});
    std::set<ModuleId> found;
    int parts = 0;
    for (auto end = std::numeric_limits<std::size_t>::max(); end > 0; ++parts) {
        const auto part = ids_before(modules, end, {9, 1});
        found.insert(part.modules.begin(), part.modules.end());
        end = part.left;
        if (parts == 0) {
            for (int i = 100; i < 200; ++i) modules.remove(*modules.find({i, 1}));
        }
    }
    CHECK(parts == 3);
    CHECK_FALSE(found.contains({9, 1}));
    for (int i = 10; i < kModules; ++i) {
        CAPTURE(i);
        if (i < 100 || i >= 200) CHECK(found.contains({i, 1}));
    }
}

TEST_CASE("a module is shown with its use, its endpoints and what changed them") {
    ModuleTable table({}, classic_policies());
    ChangeLog changes;
    CHECK_FALSE(details_of(table, changes, kId, 0s));
    table.use(kId, 1s);
    table.set_route(route_of(2), RouteSource::ours, 1s);
    table.report(kId, host(0), {}, 1s);
    changes.add({.when = {}, .module = kId, .what = {.endpoint = host(1)}});
    const auto details = details_of(table, changes, kId, 3s);
    REQUIRE(details);
    CHECK(details->endpoints.size() == 2);
    CHECK(summarize(table, {kId, {7, 7}}, 3s).size() == 1);

    const auto line = to_json(details->summary, 2);
    CHECK(line.at("module") == "1/1");
    CHECK(line.at("shard") == 2);
    CHECK(line.at("questions") == 1);
    CHECK(line.at("reports") == 1);
    CHECK(line.at("unused_ms") == 2'000);
    CHECK(line.at("policy") == "classic");
    const auto page = to_json(*details, 2);
    CHECK(page.at("policy").as_object().at("name") == "classic");
    CHECK(page.at("endpoints").as_array().size() == 2);
    CHECK(page.at("endpoints").as_array()[0].as_object().at("successes") == 1);
    CHECK(page.at("changes").as_array()[0].as_object().at("time") == "1970-01-01T00:00:00.000Z");
}
