#include "store/engine/url.hpp"

#include "support/catch.hpp"

using namespace lars::store;

TEST_CASE("a URL reads back as it was written") {
    for (const auto* text :
         {"sqlite:///var/lib/lars/lars.db",
          "mysql://lars@db/lars_dns",
          "mysql://lars@db:3307/x",
          "mysql://lars@a,b:3307,[::1]:3308/x",
          "mysql://lars@localhost/x?socket=/run/m.sock"}) {
        CAPTURE(text);
        const auto url = parse_url(text);
        REQUIRE(url.has_value());
        CHECK(to_string(*url) == text);
    }
}

TEST_CASE("what isn't a store URL is refused with what is expected") {
    for (const auto* text :
         {"",
          "lars.db",
          "sqlite://",
          "sqlite://relative",
          "mysql://",
          "mysql://a@b",
          "mysql://b/x",
          "mysql://@b/x",
          "mysql://a@b:0/x",
          "mysql://a@b:x/x",
          "mysql://a@/x",
          "mysql://a@b,/x",
          "mysql://a@b/x?y=1",
          "mysql://a@b/x?socket=relative",
          "postgres://a@b/x"}) {
        CAPTURE(text);
        const auto url = parse_url(text);
        REQUIRE(url.has_error());
        CHECK(url.error().message.find("expected sqlite:///") != std::string::npos);
    }
}

TEST_CASE("a password in a URL is refused without being repeated") {
    for (const auto* text :
         {"mysql://lars:secret@db/lars_dns",
          "mysql://lars:secret@db",
          "mysql://lars:secret@",
          "mysql://lars:sec/secret@db/lars_dns",
          "mysql://lars:sec@secret@db/lars_dns",
          "mariadb://lars:secret@db/lars_dns"}) {
        CAPTURE(text);
        const auto url = parse_url(text);
        REQUIRE(url.has_error());
        CHECK(url.error().message.find("secret") == std::string::npos);
        CHECK(url.error().message.find("LARS_STORE_PASSWORD") != std::string::npos);
    }
}
