#include "http/url.hpp"

#include "support/catch.hpp"

#include <stdexcept>

using namespace lars;

TEST_CASE("URLs of receivers are http only") {
    CHECK(http::parse_url("http://am:9093") == http::Url{{"am", 9093}, "/"});
    CHECK(http::parse_url("http://[::1]/x?y=1") == http::Url{{"::1", 80}, "/x?y=1"});
    CHECK(http::origin_of(http::parse_url("http://am/secret")) == "http://am:80");
    for (const auto* bad :
         {"",
          "am:9093",
          "http://",
          "http://am:x",
          "http://am:0",
          "http://a b/",
          "http://u@am/",
          "http://am/\r\nX: y",
          "http://a,b:1/"}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(http::parse_url(bad), std::invalid_argument);
    }
    CHECK_THROWS_WITH(
        http::parse_url("https://am:9093"),
        "a URL such as http://host:port/path: https isn't spoken here; name a proxy on this host"
        " that speaks it"
    );
}
