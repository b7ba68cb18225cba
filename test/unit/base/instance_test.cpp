#include "base/instance.hpp"

#include "base/owner.hpp"
#include "support/catch.hpp"

using namespace lars;

TEST_CASE("an owner's id is 32 hexadecimal digits") {
    OwnerId owner{};
    owner[0] = 0xAB;
    owner[15] = 0x01;
    CHECK(to_hex(owner) == "ab000000000000000000000000000001");
    CHECK(owner_from_hex(to_hex(owner)) == owner);
    CHECK(owner_from_hex("AB000000000000000000000000000001") == owner);
    CHECK_FALSE(owner_from_hex("ab"));
    CHECK_FALSE(owner_from_hex("zz000000000000000000000000000001"));
    CHECK(short_text(owner) == "ab000000");
}

TEST_CASE("why an instance can't be registered is said") {
    Instance instance;
    instance.key = {{"payments", {}}, *parse_endpoint("10.0.0.1:80")};
    CHECK(why_no_instance(instance).empty());
    auto wrong = instance;
    wrong.key.service.name = "Pay ments";
    CHECK_FALSE(why_no_instance(wrong).empty());
    wrong = instance;
    wrong.key.endpoint = *parse_endpoint("224.0.0.1:80");
    CHECK_THAT(why_no_instance(wrong), Catch::StartsWith("no node has the address 224.0.0.1"));
    wrong = instance;
    wrong.zone = "some where";
    CHECK_THAT(why_no_instance(wrong), Catch::StartsWith("zone some where"));
    wrong = instance;
    wrong.tags = "b=1,a=1";
    CHECK_THAT(why_no_instance(wrong), Catch::StartsWith("tags b=1,a=1"));
}
