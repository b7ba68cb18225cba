#include "console/json_fields.hpp"

#include "console/bad_request.hpp"
#include "support/catch.hpp"

using namespace lars::console;

namespace {

template <class Read>
std::string fault(const char* body, Read read) {
    try {
        const auto object = parse_body(body);
        JsonFields fields(object, "rule.");
        read(fields);
        fields.done();
    } catch (const BadRequest& wrong) {
        return wrong.field() + ' ' + wrong.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a field that isn't what it should be is named") {
    const auto text = [](JsonFields& fields) { fields.text("name", 5); };
    CHECK(fault(R"({"name": "short"})", text) == "none");
    CHECK(fault(R"({"name": "longer"})", text) == "rule.name is longer than 5 bytes");
    CHECK(fault(R"({"name": ""})", text) == "rule.name is empty");
    CHECK(fault(R"({"name": null})", text) == "rule.name is missing");
    CHECK(fault(R"({"name": 5})", text) == "rule.name is not a text");
    const auto number = [](JsonFields& fields) { fields.number("port", 1, 9); };
    CHECK(fault(R"({"port": 9})", number) == "none");
    CHECK(fault(R"({"port": 9.0})", number) == "none");
    for (const auto* wrong : {"0", "10", "-1", "1.5", "1e30", "\"5\"", "[]"}) {
        const auto body = R"({"port": )" + std::string(wrong) + "}";
        CHECK(fault(body.c_str(), number) == "rule.port is not a whole number from 1 to 9");
    }
    const auto texts = [](JsonFields& fields) { fields.texts("tags", 1, 5); };
    CHECK(fault("{}", texts) == "none");
    CHECK(fault(R"({"tags": ["a", "b"]})", texts) == "rule.tags has more than 1 entries");
    CHECK(fault(R"({"tags": [1]})", texts) == "rule.tags[0] is not a text");
}

TEST_CASE("a field that nobody knows is not passed over") {
    CHECK(fault(R"({"wieght": 1})", [](JsonFields& fields) {
              fields.number_or("weight", 1, 0, 9);
          }) == "rule.wieght is no field of this request");
}

TEST_CASE("a body that isn't an object is refused, however deep") {
    const auto nothing = [](JsonFields&) {};
    CHECK(fault("", nothing) != "none");
    CHECK(fault("[]", nothing) == " the body isn't a JSON object");
    CHECK(fault("{} x", nothing) != "none");
    CHECK(fault(std::string(100'000, '[').c_str(), nothing) != "none");
}
