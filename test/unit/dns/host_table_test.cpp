#include "dns/host_table.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;
using namespace std::chrono_literals;

namespace {

using Time = HostTable::Time;

constexpr ModuleId kModule{1, 1};
constexpr ModuleId kOther{1, 2};
const Time kStart{1h};

Address address(std::uint8_t last) {
    Address out{};
    out[15] = last;
    return out;
}

HostRecords found(std::vector<Address> addresses, std::chrono::seconds ttl) {
    return {std::move(addresses), ttl, ""};
}

HostRecords failed() {
    return {{}, {}, "no such name"};
}

std::string begin(HostTable& table, Time now) {
    const auto host = table.begin_due(now);
    return host ? *host : "nothing is due";
}

}  // namespace

TEST_CASE("a host is looked up at once, and again when its time to live is over") {
    HostTable table;
    CHECK(table.next_due() == Time::max());
    table.set(kModule, {"db.example"}, kStart);
    REQUIRE(begin(table, kStart) == "db.example");
    CHECK_FALSE(table.begin_due(kStart + 1h));
    CHECK(table.end("db.example", found({address(1)}, 5s), kStart) == std::vector{kModule});
    CHECK(table.addresses("db.example") == std::vector{address(1)});
    CHECK(table.next_due() == kStart + 5s);
    CHECK_FALSE(table.begin_due(kStart + 4s));
    CHECK(begin(table, kStart + 5s) == "db.example");
}

TEST_CASE("the time to live is taken from 1 s up, and as 30 s where nobody says") {
    HostTable table;
    table.set(kModule, {"db.example"}, kStart);
    for (const auto& [said, taken] : {std::pair{1s, 1s}, {3600s, 3600s}, {0s, 30s}, {-1s, 30s}}) {
        const auto now = table.next_due();
        REQUIRE(begin(table, now) == "db.example");
        table.end("db.example", found({address(1)}, said), now);
        CHECK(table.next_due() == now + taken);
    }
}

TEST_CASE(
    "a host that isn't found any more keeps its addresses, and is asked for more and more seldom"
) {
    HostTable table;
    table.set(kModule, {"db.example"}, kStart);
    begin(table, kStart);
    table.end("db.example", found({address(1), address(2)}, 5s), kStart);
    for (const auto wait : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        const auto now = table.next_due();
        begin(table, now);
        CHECK(table.end("db.example", failed(), now).empty());
        CHECK(table.addresses("db.example").size() == 2);
        CHECK(table.failing() == 1);
        CHECK(table.next_due() == now + wait);
    }
    const auto now = table.next_due();
    begin(table, now);
    CHECK(table.end("db.example", found({address(1), address(2)}, 5s), now).empty());
    CHECK(table.failing() == 0);
    begin(table, now + 5s);
    table.end("db.example", failed(), now + 5s);
    CHECK(table.next_due() == now + 6s);
}

TEST_CASE("all modules that name a host learn of its addresses") {
    HostTable table;
    table.set(kModule, {"a", "b"}, kStart);
    table.set(kOther, {"b"}, kStart);
    CHECK(table.size() == 2);
    CHECK(begin(table, kStart) == "a");
    CHECK(begin(table, kStart) == "b");
    CHECK(table.end("b", found({address(1)}, 5s), kStart) == std::vector{kModule, kOther});
    CHECK(table.end("a", found({address(1)}, 5s), kStart) == std::vector{kModule});
    table.set(kModule, {}, kStart);
    CHECK(table.size() == 1);
    CHECK(table.addresses("a").empty());
    CHECK(begin(table, kStart + 5s) == "b");
    CHECK(table.end("b", found({address(2)}, 5s), kStart) == std::vector{kOther});
}

TEST_CASE("an answer for a host that nobody names any more changes nothing") {
    HostTable table;
    table.set(kModule, {"a"}, kStart);
    begin(table, kStart);
    table.set(kModule, {}, kStart);
    CHECK(table.end("a", found({address(1)}, 5s), kStart).empty());
    CHECK(table.size() == 0);
    begin(table, kStart);
    table.set(kModule, {"a"}, kStart);
    CHECK(table.end("a", found({address(1)}, 5s), kStart).empty());
    CHECK(table.addresses("a").empty());
    CHECK(begin(table, kStart) == "a");
    table.end("a", failed(), kStart);
    CHECK(table.failing() == 1);
    table.set(kModule, {}, kStart);
    CHECK(table.failing() == 0);
}

TEST_CASE("so many addresses of a host are taken, and they are no change each time") {
    HostTable table;
    table.set(kModule, {"a"}, kStart);
    std::vector<Address> many;
    for (std::uint8_t i = 0; i < 100; ++i) many.push_back(address(i));
    begin(table, kStart);
    CHECK(table.end("a", found(many, 5s), kStart).size() == 1);
    CHECK(table.addresses("a").size() == HostTable::kMaxAddresses);
    begin(table, kStart + 5s);
    CHECK(table.end("a", found(many, 5s), kStart).empty());
}

TEST_CASE("a host is known once its name servers have said what it has, or that it is none") {
    HostTable table;
    CHECK_FALSE(table.known("db.example"));
    table.set(kModule, {"db.example"}, kStart);
    REQUIRE(begin(table, kStart) == "db.example");
    CHECK(table.end("db.example", failed(), kStart).empty());
    CHECK_FALSE(table.known("db.example"));
    REQUIRE(begin(table, kStart + 1s) == "db.example");
    CHECK(table.end("db.example", {{}, {}, "no such name", true}, kStart) == std::vector{kModule});
    CHECK(table.known("db.example"));
    REQUIRE(begin(table, kStart + 1h) == "db.example");
    CHECK(table.end("db.example", failed(), kStart).empty());
    CHECK(table.known("db.example"));
}
