#include "lb/catalog.hpp"

#include "lb/balancer.hpp"
#include "support/catch.hpp"

#include <fstream>
#include <sstream>

using namespace lars;
using namespace lars::lb;

namespace {

std::string_view name_of(const PolicyFactory& factory) {
    return Balancer(factory).policy().name();  // a literal, which stays
}

}  // namespace

TEST_CASE("every policy of the catalog can be made by its name") {
    CHECK(catalog().size() == 6);
    for (const auto& each : catalog()) {
        CHECK_FALSE(check({std::string(each.name), {}}));
        CHECK(name_of(policy_factory({std::string(each.name), {}}, {})) == each.name);
        CHECK_FALSE(each.summary.empty());
    }
}

TEST_CASE("every parameter has a default in its range, and help") {
    for (const auto& policy : catalog()) {
        for (const auto& each : policy.parameters) {
            INFO(policy.name << ' ' << each.name);
            CHECK(each.min <= each.default_value);
            CHECK(each.default_value <= each.max);
            CHECK(each.help.size() > 20);
            const std::string name(each.name);
            for (const auto value : {each.min, each.default_value, each.max}) {
                Defaults defaults;
                defaults.set(policy.name, name, value);
                CHECK(defaults.get(policy.name, name) == value);
                CHECK_FALSE(check({std::string(policy.name), {{name, value}}}));
                const auto factory =
                    policy_factory({std::string(policy.name), {{name, value}}}, {});
                CHECK(name_of(factory) == policy.name);
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
            row << "| `" << each.name << "` | " << each.default_value << " | ";
            INFO(row.str());
            CHECK(says(row.str()));
            CHECK(says(std::string(each.help)));
        }
    }
}

TEST_CASE("what is wrong with a policy is named, with what is allowed") {
    CHECK(
        *check({"fastest", {}}) ==
        "there is no policy 'fastest'; there are adaptive, classic, round_robin, "
        "weighted_round_robin, least_request, consistent_hash"
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
    CHECK(name_of(policy_factory({}, defaults)) == "classic");
}

TEST_CASE("an unknown policy is the default, and a bad value the default value") {
    Defaults defaults;
    defaults.policy = "round_robin";
    CHECK(name_of(policy_factory({"of_tomorrow", {{"x", 1}}}, defaults)) == "round_robin");
    const Balancer balancer(policy_factory({"adaptive", {{"window_ms", -5}, {"memory_ms", 77}}}, {})
    );
    const auto& rates = balancer.policy().rates();
    CHECK(rates.window == FeedbackOptions{}.window);
    CHECK(rates.decay_per_ns == Approx(1 / 77e6));
}

TEST_CASE("a module's parameters stand over the agent's defaults") {
    Defaults defaults;
    defaults.set("adaptive", "window_ms", 1234);
    const Balancer balancer(policy_factory({"adaptive", {{"memory_ms", 77}}}, defaults));
    const auto& rates = balancer.policy().rates();
    CHECK(rates.window == std::chrono::milliseconds(1234));
    CHECK(rates.decay_per_ns == Approx(1 / 77e6));
}
