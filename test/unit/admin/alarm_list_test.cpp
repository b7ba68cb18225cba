#include "admin/alarm_list.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::admin;
using namespace std::chrono_literals;
using store::AlarmKind;

namespace {

constexpr store::UnixTime kNoon{1'700'049'600s};

const std::vector<store::AlarmRule> kRules{
    {.id = 1, .kind = AlarmKind::error_rate, .threshold = 0.1, .hold = 30s, .severity = "page"},
    {.id = 2,
     .module = ModuleId{7, 1},
     .kind = AlarmKind::silence,
     .hold = 300s,
     .severity = "warning",
     .comment = "who to call",
     .made_at = kNoon}};

}  // namespace

TEST_CASE("rules are listed with what they watch, and whether that holds") {
    const auto states = by_rule({{{1, {5, 1}}, kNoon, false}, {{1, {6, 1}}, kNoon, true}});
    CHECK(
        format_alarms(kRules, states) ==
        "ID  MODULE  CONDITION                     SEVERITY  STATE                            "
        "COMMENT\n"
        "1   all     error rate above 10% for 30s  page      firing for 6/1, pending for 5/1"
        "\n"
        "2   7/1     no calls for 5m               warning   ok                               "
        "who to call\n"
    );
}

TEST_CASE("of many modules that fire, three are named and the others counted") {
    std::vector<store::AlarmState> firing;
    for (std::int32_t modid = 1; modid <= 5; ++modid)
        firing.push_back({{1, {modid, 1}}, kNoon, true});
    const auto text = format_alarms(kRules, by_rule(firing));
    CHECK(text.find("firing for 1/1, 2/1, 3/1 and 2 more") != std::string::npos);
}

TEST_CASE("JSON has the rule's numbers, its module if it has one, and its alarms") {
    const auto all = alarms_json(kRules, by_rule({{{1, {5, 1}}, kNoon, true}}));
    REQUIRE(all.size() == 2);
    CHECK(all[0].at("modid").is_null());
    CHECK(all[0].at("kind") == "error_rate");
    CHECK(all[0].at("threshold").as_double() == 0.1);
    const auto& alarm = all[0].at("alarms").as_array().at(0);
    CHECK(alarm.at("state") == "firing");
    CHECK(alarm.at("since").as_int64() == 1'700'049'600);
    CHECK(all[1].at("modid").as_int64() == 7);
    CHECK(all[1].at("for_s").as_int64() == 300);
    CHECK(all[1].at("alarms").as_array().empty());
}
