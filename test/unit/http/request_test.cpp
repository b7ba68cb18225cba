#include "http/request.hpp"

#include "support/catch.hpp"

using namespace lars;
namespace http = lars::http;
using http::parse_target;

TEST_CASE("a target is a path and decoded parameters") {
    const auto plain = parse_target("/metrics");
    REQUIRE(plain);
    CHECK(plain->path == "/metrics");
    CHECK(plain->query.empty());

    const auto full = parse_target("/a%20b/?after=1%2f2&empty=&bare&plus=1+1&twice=1&twice=2");
    REQUIRE(full);
    CHECK(full->path == "/a b/");
    CHECK(
        full->query ==
        http::Request::Texts{
            {"after", "1/2"}, {"empty", ""}, {"bare", ""}, {"plus", "1+1"}, {"twice", "2"}}
    );
}

TEST_CASE("a target that isn't a path, or is badly encoded, is refused") {
    for (const auto* bad :
         {"",
          "*",
          "metrics",
          "http://host/metrics",
          "/%zz",
          "/?%zz",
          "/%4",
          "/a b",
          "/\x01",
          "/\xC3\xA9"}) {
        CAPTURE(bad);
        CHECK_FALSE(parse_target(bad));
    }
}

TEST_CASE("a cookie is found among others, whatever they look like") {
    http::Request request;
    request.fields["cookie"] = "a=1; lars_session=x=y ;b;; =; lars_session=later";
    CHECK(request.cookie("lars_session") == "x=y");
    CHECK(request.cookie("a") == "1");
    CHECK(request.cookie("b").empty());
    CHECK(request.cookie("session").empty());
    request.fields.clear();
    CHECK(request.cookie("a").empty());
}
