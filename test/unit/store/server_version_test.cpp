#include "store/schema/server_version.hpp"

#include "support/catch.hpp"

using lars::store::check_server;

TEST_CASE("a server that can't hold the schema is refused in words that name what is needed") {
    CHECK(check_server("10.11.6-MariaDB-0+deb12u1").has_value());
    CHECK(check_server("10.5.0-MariaDB").has_value());
    CHECK(check_server("11.4.2-MariaDB-ubu2404-log").has_value());
    CHECK(
        check_server("8.0.36").error().message ==
        "the store needs MariaDB 10.5 or later, and this server is not MariaDB: its version is"
        " 8.0.36; nothing was changed"
    );
    CHECK(check_server("5.7.44-log").has_error());
    CHECK(
        check_server("10.4.34-MariaDB").error().message ==
        "the store needs MariaDB 10.5 or later, and this server is 10.4.34-MariaDB; nothing was"
        " changed"
    );
    CHECK(check_server("").has_error());
}
