#include "admin/routes_file.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::admin;

namespace {

Endpoint endpoint(const std::string& text) {
    return *parse_endpoint(text);
}

const std::vector<store::RouteRow> kRows{
    {{1, 2}, endpoint("10.0.0.1:80"), 100}, {{3, 4}, endpoint("10.0.0.2:81"), 0}};

std::vector<std::string> errors_of(const std::string& text, Format format = Format::csv) {
    return parse_routes(text, format).errors;
}

}  // namespace

TEST_CASE("what is exported is what is imported") {
    for (const auto format : {Format::csv, Format::json}) {
        const auto parsed = parse_routes(format_routes(kRows, format), format);
        CHECK(parsed.errors.empty());
        CHECK(parsed.rows == kRows);
    }
}

TEST_CASE("a row that has no weight is exported with the default one") {
    CHECK(
        format_routes({{{1, 2}, endpoint("10.0.0.1:80"), {}}}, Format::csv) ==
        "modid,cmdid,host,port,weight\n1,2,10.0.0.1,80,100\n"
    );
    CHECK(
        format_routes({{{1, 2}, endpoint("10.0.0.1:80"), {}}}, Format::json) ==
        "[{\"modid\":1,\"cmdid\":2,\"host\":\"10.0.0.1\",\"port\":80,\"weight\":100}]\n"
    );
}

TEST_CASE("CSV may have headings, comments, blanks, CRLF, a byte order mark, and no weights") {
    const auto parsed = parse_routes(
        "\xEF\xBB\xBFmodid,cmdid,host,port\r\n# a comment\r\n\r\n 1 , 2,10.0.0.1, 80\r\n"
        "3,4,10.0.0.2,81,",
        Format::csv
    );
    CHECK(parsed.errors.empty());
    REQUIRE(parsed.rows.size() == 2);
    CHECK(parsed.rows[0] == store::RouteRow{{1, 2}, endpoint("10.0.0.1:80"), {}});
    CHECK(parsed.rows[1] == store::RouteRow{{3, 4}, endpoint("10.0.0.2:81"), {}});
}

TEST_CASE("JSON may spell its values as text") {
    const auto parsed = parse_routes(
        R"([{"modid":"1","cmdid":2,"host":"10.0.0.1","port":"80","weight":"7"}])", Format::json
    );
    CHECK(parsed.errors.empty());
    CHECK(parsed.rows == std::vector<store::RouteRow>{{{1, 2}, endpoint("10.0.0.1:80"), 7}});
}

TEST_CASE("each line that is wrong is named, with what is allowed, and the others are read") {
    const auto parsed = parse_routes("1,2,10.0.0.1,80\nx\n3,4,10.0.0.2,81,5\n", Format::csv);
    CHECK(parsed.rows.size() == 2);
    CHECK(
        parsed.errors == std::vector<std::string>{"line 2: expected modid,cmdid,host,port,weight"}
    );
    CHECK(errors_of("1,2,10.0.0.1,80,5,6") == errors_of("x,"));
    const std::vector<std::string> ids{"line 1: modid and cmdid are numbers from 0 to 2147483647"};
    CHECK(errors_of("-1,2,10.0.0.1,80") == ids);
    CHECK(errors_of("1,2147483648,10.0.0.1,80") == ids);
    CHECK(
        errors_of("1,2,host,80") ==
        std::vector<std::string>{"line 1: 'host:80' is not an IPv4 address and a port"}
    );
    CHECK(errors_of("1,2,10.0.0.1,0").size() == 1);
    CHECK(
        errors_of("1,2,10.0.0.1,80,65536") ==
        std::vector<std::string>{"line 1: weight '65536' is not a number from 0 to 65535"}
    );
    CHECK(
        errors_of(R"([7, {"modid":1}])", Format::json) ==
        std::vector<std::string>{
            "element 1: not an object",
            "element 2: modid and cmdid are numbers from 0 to 2147483647"}
    );
    CHECK(errors_of("{}", Format::json) == std::vector<std::string>{"not a JSON array"});
    CHECK(errors_of("[", Format::json).front().starts_with("not JSON: "));
}

TEST_CASE("a file is JSON when its name says so") {
    CHECK(format_of("routes.json") == Format::json);
    CHECK(format_of("routes.csv") == Format::csv);
    CHECK(format_of("-") == Format::csv);
}
