#include "admin/route_target.hpp"

#include "admin/split_text.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::admin;

TEST_CASE("an endpoint is an address of either kind, or a host in any spelling") {
    CHECK(target_of(parse_target("10.0.0.1:80")) == "10.0.0.1:80");
    CHECK(target_of(parse_target("[2001:db8::1]:80")) == "[2001:db8::1]:80");
    CHECK(target_of(parse_target("DB.Example.:5432")) == "db.example:5432");
    CHECK(target_of(row_at("2001:db8::1", 80)) == "[2001:db8::1]:80");
    CHECK(target_of(row_at("db", 80)) == "db:80");
}

TEST_CASE("what is no endpoint is refused, with what it could be") {
    for (const auto* text : {"10.0.0.1", "db.example", "10.0.0.1:0", "db:65536", "db:x", ""}) {
        CAPTURE(text);
        CHECK_THROWS_WITH(
            parse_target(text),
            '\'' + std::string(text) +
                "' is not IP:PORT or HOST:PORT, such as 10.0.0.1:80, [2001:db8::1]:80 or "
                "db.example:80"
        );
    }
    CHECK_THROWS_WITH(
        parse_target("10.0.0.256:80"),
        "'10.0.0.256:80' names neither an IP address nor a host: it ends with a number, as an "
        "address does"
    );
    CHECK_THROWS_WITH(
        parse_target("0.0.0.0:80"),
        "'0.0.0.0:80': no node has this address: it stands for any address"
    );
    CHECK(target_of(parse_target("0.0.0.0:80", Uncallable::allowed)) == "0.0.0.0:80");
}

TEST_CASE("a share is percent with up to four digits behind the point") {
    CHECK(parse_share("5%") == 50'000U);
    CHECK(parse_share("0.0001 %") == 1U);
    CHECK(parse_share("100") == 1'000'000U);
    CHECK(parse_share("33.3333") == 333'333U);
    for (const auto* text : {"", "%", "-1", "100.1", "5.00001", "x", "nan", "1e1", "5%%"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_share(text));
    }
    CHECK(share_text({{1, 1}, "a=1", 50'000}) == "5 %");
    CHECK(share_text({{1, 1}, "a=1", 1}) == "0.0001 %");
    CHECK(share_text({{1, 1}, "a=1", 1'000'000}) == "100 %");
}
