#include "owners.hpp"

#include <chrono>

using namespace lars;
using namespace lars::test;
using namespace std::chrono_literals;

using Texts = std::vector<std::string>;

namespace {

constexpr auto kLease = std::chrono::microseconds(3s);

store::SessionChange begins(std::uint8_t who, std::uint8_t instance = 1) {
    return {owner(who), owner(instance), false, {}};
}

store::SessionChange ends(std::uint8_t who, std::chrono::microseconds ago) {
    return {owner(who), owner(1), true, ago};
}

// As a dns that lives has it, which isn't one of the test's.
std::vector<OwnerId> gone(OwnersSession& session) {
    const auto me = owner(0xEE);
    REQUIRE(session(session.presence.write(me, "")));
    const auto read = session(session.sessions.gone(me, kLease));
    REQUIRE(read);
    std::vector<OwnerId> all;
    for (const auto& each : read->owners) all.push_back(each.owner);
    return all;
}

std::vector<OwnerId> of(std::initializer_list<std::uint8_t> who) {
    std::vector<OwnerId> all;
    for (const auto each : who) all.push_back(owner(each));
    return all;
}

// As if the last sign of life of a dns were so long ago.
void age_dns(OwnersSession& session, const char* hex, int seconds) {
    session.sql(
        "UPDATE DnsAlive SET seen_us = seen_us - " + std::to_string(seconds) +
        "000000 WHERE dns = x'" + hex + "'"
    );
}

constexpr const char* kA = "A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0";

}  // namespace

TEST_CASE("an owner is gone when no dns that lives has seen it for a lease") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    const auto a = owner(0xA0);
    const auto b = owner(0xB0);
    CHECK(session(session.presence.write(a, "10.0.0.1:7778"))->addresses == Texts{"10.0.0.1:7778"});
    CHECK(session(session.presence.write(b, ""))->addresses == Texts{"10.0.0.1:7778"});
    REQUIRE(session(session.sessions.write(a, {begins(1), begins(2), begins(3)})));
    REQUIRE(session(session.sessions.write(b, {begins(4)})));
    CHECK(gone(session).empty());

    // One falls silent, one goes just now, and one goes from one dns to the other.
    REQUIRE(session(session.sessions.write(a, {ends(1, 4s), ends(2, 0s), ends(3, 4s)})));
    REQUIRE(session(session.sessions.write(b, {begins(3)})));
    CHECK(gone(session) == of({1}));
    REQUIRE(session(session.sessions.write(b, {begins(1)})));
    CHECK(gone(session).empty());

    // A dns that is silent takes those with it that are only there.
    REQUIRE(session(session.sessions.write(a, {begins(2), begins(3)})));
    age_dns(session, kA, 10);
    CHECK(gone(session) == of({2}));
    REQUIRE(session(session.presence.write(a, "10.0.0.1:7778")));
    CHECK(gone(session).empty());
    REQUIRE(session(session.presence.remove(a)));
    CHECK(session.sql("SELECT COUNT(*) FROM DnsAlive") == "2\n");
    CHECK(gone(session).empty());  // since it ended just now
}

TEST_CASE("a session elsewhere is told of while its dns lives") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    const auto a = owner(0xA0);
    const auto b = owner(0xB0);
    REQUIRE(session(session.presence.write(a, "10.0.0.1:7778")));
    REQUIRE(session(session.sessions.write(a, {begins(1, 7)})));
    const auto elsewhere = [&] {
        const auto read = session(session.sessions.elsewhere(b, of({1, 2}), kLease));
        REQUIRE(read);
        return *read;
    };
    REQUIRE(elsewhere().size() == 1);
    CHECK(elsewhere()[0].instance == owner(7));
    CHECK(elsewhere()[0].dns == "10.0.0.1:7778");
    age_dns(session, kA, 10);
    CHECK(elsewhere().empty());
}

TEST_CASE("what expires is removed with its reason, unless it is held or has come back") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    const auto a = owner(0xA0);
    REQUIRE(session(session.presence.write(a, "")));
    session.announce(
        1, 1, {instance("payments", "10.0.0.1:80"), instance("orders", "10.0.0.1:81")}
    );
    session.announce(2, 1, {instance("payments", "10.0.0.2:80")});
    session.insert(1, 0x0A000009, 80);
    REQUIRE(session(session.sessions.write(a, {begins(1), begins(2)})));
    REQUIRE(session(session.sessions.write(a, {ends(1, 5s)})));

    const auto shares = session(session.expiries.shares(of({1})));
    REQUIRE(shares);
    REQUIRE(shares->size() == 2);
    for (const auto& each : *shares) {
        CHECK(each.serving == 1);
        CHECK(each.all == (each.module.cmdid == 1 ? 2 : 1));
    }
    const ModuleId orders{1 << 30, 2};
    store::HeldInstances held;
    held.owner = owner(1);
    held.module = orders;
    held.reason = store::HeldBecause::last_ones;
    REQUIRE(session(session.expiries.hold({held})));
    REQUIRE(session(session.expiries.hold({held})));
    // Owner 2 lives.
    const std::vector<store::Expiry> both{{owner(1), "host-1", {orders}}, {owner(2), "", {}}};
    CHECK(session(session.expiries.expire(both, "lease over", kLease)).value() == 1);
    CHECK(session.routes() == Texts{"10.0.0.9:80", "10.0.0.2:80", "10.0.0.1:81"});
    CHECK(
        session.sql("SELECT actor, removed, detail FROM RouteAudit WHERE action = 'expire'") ==
        "agent of host-1, owner 01010101\t1\t10.0.0.1:80: lease over\n"
    );
    const auto listed = session(store::list_instances(*session.connection, {}));
    REQUIRE(listed);
    REQUIRE(listed->size() == 2);
    CHECK_FALSE(listed->at(0).held);
    CHECK(listed->at(1).held);
    CHECK(listed->at(1).host == "host-1");

    auto still = session(session.expiries.held());
    REQUIRE(still);
    REQUIRE(still->size() == 1);
    CHECK(still->at(0).module == orders);
    CHECK_FALSE(still->at(0).confirmed);
    REQUIRE(session(session.edits.confirm()));
    CHECK(session(session.expiries.held())->at(0).confirmed);
    CHECK(
        session(session.expiries.expire({{owner(1), "host-1", {}}}, "confirmed", kLease)).value() ==
        1
    );
    CHECK(session(session.expiries.held())->empty());
    CHECK(gone(session).empty());
    CHECK(session.routes() == Texts{"10.0.0.9:80", "10.0.0.2:80"});
}

TEST_CASE("an owner that comes back is held no more") {
    OwnersSession session("sqlite");
    store::HeldInstances held;
    held.owner = owner(1);
    REQUIRE(session(session.expiries.hold({held})));
    REQUIRE(session(session.sessions.write(owner(0xA0), {begins(1)})));
    CHECK(session(session.expiries.held())->empty());
}

TEST_CASE("owners without any session are gone from when they are noticed") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    session.announce(1, 1, {instance("payments", "10.0.0.1:80")});
    session.announce(2, 1, {instance("payments", "[2001:db8::1]:80")});
    CHECK(session(session.sessions.adopt_strays()).value() == 2);
    CHECK(session(session.sessions.adopt_strays()).value() == 0);
    CHECK(gone(session).empty());
    session.sql("UPDATE OwnerSession SET ended_us = ended_us - 4000000");
    CHECK(gone(session) == of({1, 2}));
}

TEST_CASE("a clock that was set takes nobody for gone, and keeps nobody for ever") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    const auto a = owner(0xA0);
    REQUIRE(session(session.presence.write(a, "")));
    REQUIRE(session(session.sessions.write(a, {begins(1), begins(2)})));
    // The clock goes an hour ahead: all that was written is an hour old now.
    session.sql("UPDATE DnsAlive SET seen_us = seen_us - 3600000000");
    CHECK(session(session.sessions.gone(a, kLease))->owners.empty());
    REQUIRE(session(session.presence.write(a, "")));
    CHECK(gone(session).empty());
    // It goes back: one that went is gone in the future, until that is mended.
    REQUIRE(session(session.sessions.write(a, {ends(1, 0s)})));
    session.sql("UPDATE OwnerSession SET ended_us = ended_us + 3600000000 WHERE ended_us > 0");
    REQUIRE(session(session.sessions.adopt_strays()));
    session.sql("UPDATE OwnerSession SET ended_us = ended_us - 4000000 WHERE ended_us > 0");
    CHECK(gone(session) == of({1}));
}
