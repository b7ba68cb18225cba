#include "console/endpoints_json.hpp"

#include "console/bad_request.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::console;

namespace {

constexpr ModuleId kModule{7, 1};

std::vector<store::RouteRow> parsed(const char* list) {
    return parse_endpoints(boost::json::parse(list).as_array(), "endpoints", kModule);
}

std::string fault(const char* list) {
    try {
        parsed(list);
    } catch (const BadRequest& wrong) {
        return wrong.field();
    }
    return "none";
}

}  // namespace

TEST_CASE("endpoints of each kind are read, with what isn't said as it is by default") {
    const auto rows = parsed(R"([{"host": "10.0.0.1", "port": 80},
        {"host": "2001:db8::1", "port": 81, "weight": 0, "zone": "eu/a", "tags": ["b=2", "a=1"]},
        {"host": "DB.example", "port": 82}])");
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].weight == 100U);
    CHECK(rows[0].zone == "");
    CHECK(rows[0].module == kModule);
    CHECK(rows[1].tags == "a=1,b=2");
    CHECK(rows[2].host == "db.example");
    CHECK(endpoint_json(rows[1]) == boost::json::parse(R"({"host": "2001:db8::1", "port": 81,
        "weight": 0, "zone": "eu/a", "tags": ["a=1", "b=2"]})"));
    CHECK(endpoint_json(rows[2]).at("host") == "db.example");
}

TEST_CASE("which entry's field is at fault is said") {
    CHECK(fault(R"([{"host": "10.0.0.1", "port": 80}, 5])") == "endpoints[1]");
    CHECK(fault(R"([{"host": "10.0.0.1"}])") == "endpoints[0].port");
    CHECK(fault(R"([{"host": "127.1", "port": 80}])") == "endpoints[0].host");
    CHECK(fault(R"([{"host": "<b>", "port": 80}])") == "endpoints[0].host");
    CHECK(fault(R"([{"host": "10.0.0.1", "port": 80, "zone": "a b"}])") == "endpoints[0].zone");
    CHECK(fault(R"([{"host": "10.0.0.1", "port": 80, "tags": ["a"]}])") == "endpoints[0].tags");
    CHECK(fault(R"([{"host": "10.0.0.1", "port": 80, "wieght": 1}])") == "endpoints[0].wieght");
    CHECK(
        fault(R"([{"host": "10.0.0.1", "port": 80}, {"host": "10.0.0.1", "port": 80}])") ==
        "endpoints[1].host"
    );
}
