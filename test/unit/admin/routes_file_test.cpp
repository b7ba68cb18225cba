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

TEST_CASE("addresses of both kinds, hosts, zones and tags are exported and imported") {
    std::vector<store::RouteRow> rows{
        {{1, 2}, endpoint("10.0.0.1:80"), 100},
        {{1, 2}, endpoint("[2001:db8::1]:80"), 5},
        {{1, 2}, {.address = {}, .port = 5432}, 100}};
    rows[0].zone = "eu-1/a";
    rows[0].tags = "stage=canary,version=2";
    rows[2].host = "db.example";
    CHECK(
        format_routes(rows, Format::csv) ==
        "modid,cmdid,host,port,weight,zone,tags\n1,2,10.0.0.1,80,100,eu-1/"
        "a,\"stage=canary,version=2\"\n"
        "1,2,2001:db8::1,80,5,,\n1,2,db.example,5432,100,,\n"
    );
    for (const auto format : {Format::csv, Format::json}) {
        const auto parsed = parse_routes(format_routes(rows, format), format);
        CHECK(parsed.errors.empty());
        CHECK(parsed.rows == rows);
    }
    CHECK(errors_of("modid,cmdid,host,port,zone\n1,2,10.0.0.1,80,a b\n")
              .at(0)
              .starts_with("line 2: zone 'a b': "));
    CHECK(errors_of("modid,cmdid,host,port,tags\n1,2,10.0.0.1,80,x\n")
              .at(0)
              .starts_with("line 2: tags 'x': "));
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
    using Errors = std::vector<std::string>;
    const auto parsed = parse_routes("1,2,10.0.0.1,80\nx\n3,4,10.0.0.2,81,5\n", Format::csv);
    CHECK(parsed.rows.size() == 2);
    CHECK(parsed.errors == Errors{"line 2: expected modid,cmdid,host,port,weight"});
    CHECK(errors_of("1,2,10.0.0.1,80,5,6") == errors_of("1,"));
    CHECK(
        errors_of("-1,2,10.0.0.1,80") ==
        Errors{"line 1: modid '-1' is not a number from 0 to 2147483647"}
    );
    CHECK(
        errors_of("1,2147483648,10.0.0.1,80") ==
        Errors{"line 1: cmdid '2147483648' is not a number from 0 to 2147483647"}
    );
    CHECK(
        errors_of("1,2,10.0.0.256,80") ==
        Errors{"line 1: host '10.0.0.256': it is neither an IP address nor the name of a host: it "
               "ends with a number, as an address does"}
    );
    CHECK(
        errors_of("1,2,224.0.0.1,80") ==
        Errors{"line 1: host '224.0.0.1': no node has this address: it is a multicast address"}
    );
    CHECK(
        errors_of("1,2,10.0.0.1,0") == Errors{"line 1: port '0' is not a number from 1 to 65535"}
    );
    CHECK(
        errors_of("1,2,10.0.0.1,80,65536") ==
        Errors{"line 1: weight '65536' is not a number from 0 to 65535"}
    );
    CHECK(
        errors_of(R"([7, {"modid":1}, {"modid":1,"wieght":7}])", Format::json) ==
        Errors{
            "element 1: not an object",
            "element 2: cmdid '' is not a number from 0 to 2147483647",
            "element 3: there is no member 'wieght'"}
    );
    CHECK(errors_of("{}", Format::json) == Errors{"line 1: not a JSON array"});
    CHECK(errors_of("[\n[", Format::json).front().starts_with("line 2: not JSON: "));
    CHECK(errors_of("[]\n]", Format::json).front().starts_with("line 2: not JSON: "));
    CHECK(errors_of("\x1b[2J,2,10.0.0.1,80").front().starts_with("line 1: modid '?[2J' is not"));
}

TEST_CASE("a heading says the order of the columns, in capitals too, and again where files join") {
    const auto parsed = parse_routes(
        "Port,Host,\"CmdID\",MODID\n80,10.0.0.1,2,1\n"
        "modid,cmdid,weight,host,port\n3,4,7,10.0.0.2,81\n",
        Format::csv
    );
    CHECK(parsed.errors.empty());
    CHECK(
        parsed.rows ==
        std::vector<store::RouteRow>{
            {{1, 2}, endpoint("10.0.0.1:80"), {}}, {{3, 4}, endpoint("10.0.0.2:81"), 7}}
    );
}

TEST_CASE("a heading that can't be followed is the one error") {
    using Errors = std::vector<std::string>;
    const std::string names =
        "; the heading's names are modid,cmdid,host,port,weight,name,zone,tags";
    const std::string row = "\n1,1,10.0.0.1,80\n";
    CHECK(
        errors_of("modid,cmdid,ip,port" + row) == Errors{"line 1: there is no column 'ip'" + names}
    );
    CHECK(
        errors_of("module,command,ip,number" + row) ==
        Errors{"line 1: there is no column 'module'" + names}
    );
    CHECK(
        errors_of("modid,cmdid,host" + row) == Errors{"line 1: no column is called 'port'" + names}
    );
    CHECK(
        errors_of("modid,cmdid,host,Host,port" + row) ==
        Errors{"line 1: two columns are called 'Host'"}
    );
}

TEST_CASE("quotes are taken") {
    const auto parsed = parse_routes("\"1\",\"2\",\"10.0.0.1\",\"80\"\n", Format::csv);
    CHECK(parsed.errors.empty());
    CHECK(parsed.rows == std::vector<store::RouteRow>{{{1, 2}, endpoint("10.0.0.1:80"), {}}});
    CHECK(
        errors_of("\"1,2,10.0.0.1,80\n1,2,10.0.0.1,80\n") ==
        std::vector<std::string>{"line 1: a quote isn't closed"}
    );
}

TEST_CASE("what separates by something else, isn't UTF-8, or is empty is named as that") {
    using Errors = std::vector<std::string>;
    CHECK(
        errors_of("1;1;10.0.0.1;80\n1;1;10.0.0.2;80\n") ==
        Errors{"line 1: fields are separated by semicolons; commas are needed"}
    );
    CHECK(
        errors_of("1\t1\t10.0.0.1\t80\n") ==
        Errors{"line 1: fields are separated by tabs; commas are needed"}
    );
    CHECK(errors_of("1,2,10.0.0.1,80\n1;1;10.0.0.2;80\n1;1;10.0.0.3;80\n").size() == 2);
    for (const std::string_view utf16 :
         {std::string_view(
              "\xFF\xFE"
              "1\0,\0",
              6
          ),
          std::string_view(
              "\xFE\xFF\0"
              "1\0,",
              6
          ),
          std::string_view("1\0,\0", 4),
          std::string_view(
              "\0"
              "1\0,",
              4
          )}) {
        for (const auto format : {Format::csv, Format::json}) {
            CHECK(
                parse_routes(utf16, format).errors ==
                Errors{"line 1: it is UTF-16; save it as UTF-8"}
            );
        }
    }
    CHECK(
        parse_routes(std::string_view("1,2\0", 4), Format::csv).errors ==
        Errors{"line 1: it isn't text"}
    );
    for (const auto* empty : {"", "\xEF\xBB\xBF", "\n# nothing\n", "modid,cmdid,host,port\n"}) {
        CHECK(errors_of(empty) == Errors{"line 1: there are no routes"});
    }
    CHECK(errors_of("[]", Format::json) == Errors{"line 1: there are no routes"});
}

TEST_CASE("of many errors the first twenty are told, and all counted") {
    std::string text;
    for (int i = 0; i < 3'000; ++i) text += "1,1,10.0.0.300,80\n";
    const auto parsed = parse_routes(text, Format::csv);
    CHECK(parsed.errors.size() == 20);
    CHECK(parsed.errors.back().starts_with("line 20: "));
    CHECK(parsed.refused == 3'000);
}

TEST_CASE("a file is JSON when its name says so") {
    CHECK(format_of("routes.json") == Format::json);
    CHECK(format_of("routes.csv") == Format::csv);
    CHECK(format_of("-") == Format::csv);
}
