#include "http/url.hpp"

#include "support/catch.hpp"

#include <stdexcept>

using namespace lars;
using http::parse_url;
using http::parse_urls;
using http::Url;

TEST_CASE("a URL names a host, a port that may be left out, and a target") {
    CHECK(parse_url("http://am:9093") == Url{{"am", 9093}, "/"});
    CHECK(parse_url("http://[::1]/x?y=1") == Url{{"::1", 80}, "/x?y=1"});
    CHECK(parse_url("http://10.0.0.1:1/a%20b") == Url{{"10.0.0.1", 1}, "/a%20b"});
    CHECK(parse_url("http://am?y=1") == Url{{"am", 80}, "/?y=1"});
}

TEST_CASE("URLs of receivers are http only, without user and fragment") {
    for (const auto* bad :
         {"",
          "am:9093",
          "http:am",
          "http://",
          "http://am:",
          "http://am:x",
          "http://am:0",
          "http://am:65536",
          "http://a b/",
          "http://a%41/",
          "http://u@am/",
          "http://am/#top",
          "http://am/%zz",
          "http://am/\r\nX: y",
          "http://a,b:1/"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(parse_url(bad), std::invalid_argument);
    }
    CHECK_THROWS_WITH(
        parse_url("https://am:9093"),
        "a URL such as http://host:port/path: https isn't spoken here; name a proxy on this host"
        " that speaks it"
    );
}

TEST_CASE("several URLs are separated by commas") {
    CHECK(parse_urls("").empty());
    const auto urls = parse_urls("http://a:1/x,http://b");
    CHECK(urls == std::vector<Url>{{{"a", 1}, "/x"}, {{"b", 80}, "/"}});
    CHECK(to_string(urls) == "http://a:1/x,http://b:80");
    CHECK_THROWS_AS(parse_urls("http://a,"), std::invalid_argument);
}

TEST_CASE("an origin leaves out the path, which may be secret") {
    CHECK(http::origin_of(parse_url("http://am/secret")) == "http://am:80");
}
