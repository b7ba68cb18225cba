#include "base/host_name.hpp"

#include "support/catch.hpp"

using namespace lars;

TEST_CASE("names of the DNS are names, addresses and mistyped ones aren't") {
    for (const std::string& good :
         {std::string("db"),
          std::string("db.example"),
          std::string("_grpc.db-1.example"),
          std::string("1.db"),
          std::string(63, 'a')}) {
        CAPTURE(good);
        CHECK(why_no_host_name(good).empty());
    }
    for (const std::string& bad :
         {std::string(),
          std::string("10.0.0.256"),
          std::string("db..example"),
          std::string(".db"),
          std::string("db."),
          std::string("DB"),
          std::string("-db"),
          std::string("db-.example"),
          std::string("d b"),
          std::string("db:80"),
          std::string("::1"),
          std::string(64, 'a'),
          std::string(126, 'a') + '.' + std::string(127, 'a'),
          std::string("db\n")}) {
        CAPTURE(bad);
        CHECK_FALSE(why_no_host_name(bad).empty());
    }
}

TEST_CASE("capitals and the last dot of a name say nothing") {
    CHECK(canonical_host_name("DB.Example.") == "db.example");
    CHECK(canonical_host_name("") == "");
}
