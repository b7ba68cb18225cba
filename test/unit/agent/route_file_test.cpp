#include "agent/route_file.hpp"

#include "base/frame.hpp"
#include "support/catch.hpp"
#include "support/peer.hpp"
#include "wire/route.hpp"

using namespace lars;
using namespace lars::agent;

namespace {

Route route(int modid, std::size_t endpoints) {
    Route out;
    out.module = {modid, 1};
    for (std::uint32_t i = 1; i <= endpoints; ++i) {
        out.endpoints.push_back({Endpoint::from_ipv4(i, 80), 100 + i, "zone"});
    }
    return out;
}

/// As dns sends it.
RouteBytes bytes_of(const Route& route) {
    const auto response = wire::to_wire(route, etag_of(route), kMaxHelloBody);
    return std::make_shared<const std::string>(response.SerializeAsString());
}

std::string file_of(const std::vector<Route>& routes) {
    RouteFile file;
    for (const auto& each : routes) file.set(each.module, bytes_of(each));
    return file.encode();
}

// What an agent of version 0.1.0 wrote of the two routes of old_routes(): it encoded them itself.
const auto kOldFile = test::from_hex(
    "4c41525352544553010000004a86a18387000000000000003a000000080110011a0e08b183a085fc"
    "ffffffff0110e13c1a1708b283a085fcffffffff0110508001009201046561737481018a38e6cc37"
    "e493c3a0012a45000000080210011a1610bb038a011020010db80000000000000000000000018101"
    "cf8b87f2a3410ca29a011c0a08616461707469766512100a05646563617911000000000000e03f"
);

std::vector<Route> old_routes() {
    Route first{.module = {1, 1}, .version = 42};
    first.endpoints.push_back({*parse_endpoint("192.168.1.177:7777"), kDefaultWeight, ""});
    first.endpoints.push_back({*parse_endpoint("192.168.1.178:80"), 0, "east"});
    Route second{.module = {2, 1}, .policy = {"adaptive", {{"decay", 0.5}}}};
    second.endpoints.push_back({*parse_endpoint("[2001:db8::1]:443"), kDefaultWeight, ""});
    return {first, second};
}

}  // namespace

TEST_CASE("routes come back from a file as they went in") {
    auto large = route(3, 20'000);
    large.policy = {"adaptive", {{"decay", 0.5}}};
    auto v6 = route(4, 0);
    v6.endpoints.push_back({*parse_endpoint("[2001:db8::1]:80"), kDefaultWeight, ""});
    const auto records = RouteFile::decode(file_of({route(1, 2), large, v6}));
    REQUIRE(records.has_value());
    REQUIRE(records->size() == 3);
    CHECK(records->at(0).route == route(1, 2));
    CHECK(records->at(1).route == large);
    CHECK(records->at(2).route == v6);
    CHECK(*records->at(1).bytes == *bytes_of(large));
    CHECK(RouteFile::decode(file_of({}))->empty());
}

TEST_CASE("a later route of a module replaces the one before, and one that is gone is left out") {
    RouteFile file;
    file.set({1, 1}, bytes_of(route(1, 2)));
    file.set({2, 1}, bytes_of(route(2, 2)));
    file.set({1, 1}, bytes_of(route(1, 3)));
    file.erase({2, 1});
    CHECK(file.size() == 1);
    CHECK(RouteFile::decode(file.encode())->at(0).route.endpoints.size() == 3);
}

TEST_CASE("the file of an older agent is read, and an older agent reads ours") {
    const auto records = RouteFile::decode(kOldFile);
    REQUIRE(records.has_value());
    REQUIRE(records->size() == 2);
    CHECK(records->at(0).route == old_routes()[0]);
    CHECK(records->at(1).route == old_routes()[1]);
    // Byte for byte what it would have written itself, from the bytes of a dns of ours.
    CHECK(test::to_hex(file_of(old_routes())) == test::to_hex(kOldFile));
}

TEST_CASE("bytes are kept as they came, with fields that this agent doesn't know") {
    const auto known = bytes_of(route(1, 2));
    const auto newer = std::make_shared<const std::string>(*known + test::from_hex("c20303616263"));
    RouteFile file;
    file.set({1, 1}, newer);
    const auto records = RouteFile::decode(file.encode());
    REQUIRE(records.has_value());
    CHECK(records->at(0).route == route(1, 2));
    CHECK(*records->at(0).bytes == *newer);
}

TEST_CASE("a route's origin is kept, and replaced without the rest of its bytes") {
    auto from = route(1, 2);
    from.store_id = 5;
    from.version = 10;
    const auto newer =
        std::make_shared<const std::string>(*bytes_of(from) + test::from_hex("c20303616263"));
    RouteFile file;
    file.set({1, 1}, newer);
    CHECK(RouteFile::decode(file.encode())->at(0).route == from);
    file.set_origin({1, 1}, {6, 3});
    file.set_origin({2, 1}, {6, 3});
    const auto records = RouteFile::decode(file.encode());
    REQUIRE(records.has_value());
    REQUIRE(records->size() == 1);
    from.store_id = 6;
    from.version = 3;
    CHECK(records->at(0).route == from);
    CHECK(records->at(0).bytes->find("abc") != std::string::npos);
}

TEST_CASE("a file that lost or changed any byte is refused, and says why") {
    const auto good = file_of({route(1, 2), route(2, 1)});
    for (std::size_t size = 0; size < good.size(); ++size) {
        CAPTURE(size);
        CHECK(RouteFile::decode(good.substr(0, size)).has_error());
    }
    for (std::size_t at = 0; at < good.size(); ++at) {
        CAPTURE(at);
        auto damaged = good;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        const auto refused = RouteFile::decode(damaged);
        REQUIRE(refused.has_error());
        CHECK_FALSE(refused.error().why.empty());
    }
    CHECK(RouteFile::decode(good + "x").has_error());
    auto newer = good;
    newer[8] = 3;
    CHECK(RouteFile::decode(newer).error().why.find("format is 3") != std::string::npos);
}

TEST_CASE("names come back from a file as they went in, and one without is as before") {
    RouteFile file;
    file.set({1, 1}, bytes_of(route(1, 2)));
    const auto without = file.encode();
    const NameUpdate payments{"payments", {ModuleId{1, 1}, "billing", {7, 42}}};
    file.set_name(payments);
    file.set_name({"gone", {ModuleId{2, 1}, "", {}}});
    file.set_name({"gone", {}});
    const auto content = RouteFile::decode(file.encode());
    REQUIRE(content.has_value());
    CHECK(content->size() == 1);
    CHECK(content->names == std::vector{payments});
    auto cut = file.encode();
    for (std::size_t size = 0; size < cut.size(); ++size) {
        CHECK_FALSE(RouteFile::decode(std::string_view(cut).substr(0, size)).has_value());
    }
    file.erase_name("payments");
    CHECK(file.encode() == without);  // which agents of before read
}
