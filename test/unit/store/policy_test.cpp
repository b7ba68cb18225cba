#include "store/policy.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::store;

namespace {

std::string flaw(const std::string& name, const std::string& parameters) {
    const auto policy = parse_policy({{1, 1}, name, parameters});
    return policy ? "none" : policy.error().message;
}

}  // namespace

TEST_CASE("a policy is a name and a JSON object of numbers, or nothing") {
    const auto read = [](const std::string& parameters) {
        const auto policy = parse_policy({{1, 1}, "p", parameters});
        REQUIRE(policy.has_value());
        CHECK(policy->name == "p");
        return policy->parameters;
    };
    using Parameters = std::map<std::string, double>;
    CHECK(read("").empty());
    CHECK(read("{}").empty());
    CHECK(read(R"({"ejection_ms": 500})") == Parameters{{"ejection_ms", 500}});
    CHECK(read(R"( {"a":-1.5e3,"b":0.25} )") == Parameters{{"a", -1500}, {"b", 0.25}});
}

TEST_CASE("what isn't a policy says what is wrong with it, in words fit for a log") {
    for (const std::string name : {"", "two words", "new\nline", "\xC3\xA4"}) {
        CHECK(flaw(name, "{}").starts_with("its name isn't 1 to 64 letters"));
    }
    CHECK(flaw(std::string(64, 'x'), "{}") == "none");
    CHECK(flaw(std::string(65, 'x'), "{}").starts_with("its name isn't"));
    CHECK(flaw("p", "ejection_ms=500").starts_with("its parameters aren't JSON: "));
    CHECK(flaw("p", R"({"a":1)").starts_with("its parameters aren't JSON: "));
    CHECK(flaw("p", std::string(1'000, '[')).starts_with("its parameters aren't JSON: "));
    CHECK(flaw("p", "[1]") == "its parameters aren't a JSON object");
    CHECK(flaw("p", R"({"a":"1"})") == "parameter a isn't a number");
    CHECK(flaw("p", R"({"a":null})") == "parameter a isn't a number");
    CHECK(flaw("p", R"({"a":1e999})") != "none");
    CHECK(flaw("p", R"({"a b":"1"})") == "a parameter isn't a number");
    CHECK(flaw("p", R"({"a b":1})").starts_with("the name of a parameter isn't"));
    CHECK(flaw("p", std::string(4'097, ' ')) == "its parameters are longer than 4096 bytes");
    std::string many;
    for (int i = 0; i < 33; ++i) many += (many.empty() ? "\"" : ",\"") + std::to_string(i) + "\":1";
    CHECK(flaw("p", '{' + many + '}') == "more than 32 parameters");
}

TEST_CASE("a policy is read as it was written") {
    const RoutePolicy policy{"adaptive", {{"ejection_ms", 500}, {"share", 0.1}, {"most", 1e300}}};
    CHECK(format_parameters(policy) == R"({"ejection_ms": 500, "most": 1e+300, "share": 0.1})");
    CHECK(*parse_policy({{1, 1}, policy.name, format_parameters(policy)}) == policy);
    CHECK(format_parameters({"p", {}}) == "{}");
    CHECK(check_policy(policy).has_value());
    CHECK(check_policy({"", {}}).has_error());
    CHECK(check_policy({"p", {{"a", std::numeric_limits<double>::infinity()}}}).has_error());
    CHECK(check_policy({"p", {{"a", std::numeric_limits<double>::quiet_NaN()}}}).has_error());
    CHECK(check_policy({"p", {{"quote\"", 1}}}).has_error());
}
