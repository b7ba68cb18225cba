#include "lb/catalog.hpp"

#include "support/catch.hpp"

#include <fstream>
#include <sstream>

using namespace lars;
using namespace lars::lb;

TEST_CASE("every policy of the catalog can be made by its name") {
    CHECK(catalog().size() == 5);
    for (const auto& each : catalog()) {
        CHECK_FALSE(check({std::string(each.name), {}}));
        CHECK(make_policy({std::string(each.name), {}}, {})->name() == each.name);
        CHECK_FALSE(each.summary.empty());
    }
}

TEST_CASE("every parameter has a default in its range, and advice") {
    for (const auto& policy : catalog()) {
        for (const auto& each : policy.parameters) {
            INFO(policy.name << ' ' << each.name);
            CHECK(each.min <= each.fallback);
            CHECK(each.fallback <= each.max);
            CHECK(each.advice.size() > 20);
            const std::string name(each.name);
            for (const auto value : {each.min, each.fallback, each.max}) {
                Defaults defaults;
                defaults.set(policy.name, name, value);
                CHECK(defaults.get(policy.name, name) == value);
                CHECK_FALSE(check({std::string(policy.name), {{name, value}}}));
                CHECK(make_policy({std::string(policy.name), {{name, value}}}, {}) != nullptr);
            }
            CHECK(check({std::string(policy.name), {{name, each.max + 1}}}));
            CHECK(check({std::string(policy.name), {{name, each.min - 1}}}));
        }
    }
}

TEST_CASE("the documentation has every policy and parameter, with its default") {
    std::ifstream file(LARS_DOCS "/balancing.md");
    std::stringstream text;
    text << file.rdbuf();
    const auto says = [text = text.str()](const std::string& words) {
        return text.find(words) != std::string::npos;
    };
    for (const auto& policy : catalog()) {
        CHECK(says("| `" + std::string(policy.name) + "` | "));
        for (const auto& each : policy.parameters) {
            std::ostringstream row;
            row << "| `" << each.name << "` | " << each.fallback << " | ";
            INFO(row.str());
            CHECK(says(row.str()));
            CHECK(says(std::string(each.advice)));
        }
    }
}

TEST_CASE("what is wrong with a policy is named, with what is allowed") {
    CHECK(
        *check({"fastest", {}}) ==
        "there is no policy 'fastest'; there are adaptive, classic, round_robin, "
        "weighted_round_robin, least_request"
    );
    CHECK(
        *check({"adaptive", {{"error_rate", 2}}}) == "error_rate is 2, and must be from 0.01 to 1"
    );
    CHECK(*check({"adaptive", {{"probes", 1.5}}}) == "probes is 1.5, and must be a whole number");
    CHECK(*check({"round_robin", {{"speed", 1}}}) == "policy round_robin has no parameter 'speed'");
    CHECK(check({"classic", {{"sped", 1}}})->find("it has probe_num, ") != std::string::npos);
}

TEST_CASE("a module that names no policy gets the default one") {
    Defaults defaults;
    defaults.policy = "classic";
    CHECK(make_policy({}, defaults)->name() == "classic");
}

TEST_CASE("an unknown policy is the default, and a bad value the default value") {
    Defaults defaults;
    defaults.policy = "round_robin";
    CHECK(make_policy({"of_tomorrow", {{"x", 1}}}, defaults)->name() == "round_robin");
    const auto policy = make_policy({"adaptive", {{"window_ms", -5}, {"memory_ms", 77}}}, {});
    CHECK(policy->rates().window == FeedbackOptions{}.window);
    CHECK(policy->rates().forget_per_ns == Approx(1 / 77e6));
}

TEST_CASE("a module's parameters stand over the agent's defaults") {
    Defaults defaults;
    defaults.set("adaptive", "window_ms", 1234);
    const auto policy = make_policy({"adaptive", {{"memory_ms", 77}}}, defaults);
    CHECK(policy->rates().window == std::chrono::milliseconds(1234));
    CHECK(policy->rates().forget_per_ns == Approx(1 / 77e6));
}
