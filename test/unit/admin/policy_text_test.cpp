#include "admin/policy_text.hpp"

#include "admin/policy_json.hpp"
#include "support/catch.hpp"

#include <stdexcept>

using namespace lars;
using namespace lars::admin;

namespace {

RoutePolicy parse(const std::string& name, const std::vector<std::string>& words) {
    return parse_policy(name, words);
}

}  // namespace

TEST_CASE("a policy is a name and KEY=VALUE words that the catalog allows") {
    const auto policy = parse("classic", {"err_rate=0.25", "probe_num=7"});
    CHECK(policy == RoutePolicy{"classic", {{"err_rate", 0.25}, {"probe_num", 7}}});
    CHECK(parameters_text(policy) == "err_rate=0.25 probe_num=7");
    CHECK(parse("round_robin", {}) == RoutePolicy{"round_robin", {}});
    CHECK(parameters_text({"round_robin", {}}).empty());
}

TEST_CASE("a policy or parameter that isn't there, or is out of range, is refused") {
    CHECK_THROWS_WITH(parse("classic", {"err_rate"}), "'err_rate' is not KEY=VALUE");
    CHECK_THROWS_WITH(parse("classic", {"err_rate=x"}), "'err_rate=x': the value is not a number");
    CHECK_THROWS_AS(parse("classic", {"err_rate=inf"}), std::invalid_argument);
    CHECK_THROWS_WITH(
        parse("classic", {"err_rate=0.1", "err_rate=0.2"}),
        "'err_rate=0.2': the parameter stands there twice"
    );
    CHECK_THROWS_AS(parse("classic", {"err_rate=2"}), std::invalid_argument);
    CHECK_THROWS_AS(parse("classic", {"nonsense=1"}), std::invalid_argument);
    CHECK_THROWS_AS(parse("nonsense", {}), std::invalid_argument);
}

TEST_CASE("a row of the store that can't be used is shown with the reason") {
    const std::vector<store::PolicyRow> rows{
        {{1, 1}, "classic", "{\"err_rate\": 0.25}"}, {{2, 1}, "classic", "nonsense"}};
    const auto text = format_policies(rows);
    CHECK(text.starts_with(
        "MODID  CMDID  POLICY   PARAMETERS\n1      1      classic  err_rate=0.25\n"
    ));
    CHECK(text.find("2      1      classic  not used: ") != std::string::npos);
    const auto json = policies_json(rows);
    CHECK(json.at(0).at("parameters").at("err_rate").as_double() == 0.25);
    CHECK_FALSE(json.at(0).as_object().contains("not_used"));
    CHECK(json.at(1).as_object().contains("not_used"));
}

TEST_CASE("what there is to choose from has its ranges, by the names that scripts know") {
    const auto kinds = policy_kinds_json();
    CHECK(kinds.size() > 1);
    const auto kind = policy_kind_json("classic");
    CHECK(kind.at("name") == "classic");
    const auto& parameter = kind.at("parameters").as_array().at(0).as_object();
    for (const auto* key : {"name", "default", "least", "most", "advice"}) {
        CAPTURE(key);
        CHECK(parameter.contains(key));
    }
    CHECK(format_policy_kinds().find("classic ") != std::string::npos);
    CHECK(format_policy_kind("classic").starts_with("classic: "));
    CHECK_THROWS_AS(policy_kind_json("nonsense"), std::invalid_argument);
    CHECK_THROWS_AS(format_policy_kind("nonsense"), std::invalid_argument);
}
