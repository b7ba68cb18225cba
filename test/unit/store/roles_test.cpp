#include "store/roles.hpp"

#include "support/catch.hpp"

using namespace lars::store;

TEST_CASE("a role includes those before it") {
    const auto edit = Roles::parse("edit");
    REQUIRE(edit);
    CHECK(edit->allow(Role::read));
    CHECK(edit->allow(Role::edit));
    CHECK_FALSE(edit->allow(Role::admin));
    CHECK(edit->text() == "read,edit");
    CHECK(edit->names() == std::vector<std::string>{"read", "edit"});
    CHECK(*edit == Roles(Role::edit));
}

TEST_CASE("roles are read in any order, and as they are written") {
    for (const auto role : {Role::read, Role::edit, Role::admin}) {
        CHECK(Roles::parse(Roles(role).text()) == Roles(role));
    }
    CHECK(Roles::parse("admin,read")->text() == "read,edit,admin");
    CHECK(Roles::parse("read,read")->text() == "read");
}

TEST_CASE("what isn't a role is refused, and no roles allow nothing") {
    for (const auto* text : {"", ",", "read,", "Read", "root", "read edit", "read,root"}) {
        CAPTURE(text);
        CHECK_FALSE(Roles::parse(text));
    }
    CHECK_FALSE(Roles().allow(Role::read));
    CHECK(Roles().text().empty());
    CHECK(Roles().names().empty());
}
