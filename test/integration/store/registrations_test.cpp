#include "owners.hpp"

using namespace lars;
using namespace lars::test;

using Texts = std::vector<std::string>;

TEST_CASE("an owner's instances are in the route as long as they serve") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);

    CHECK(session.announce(1, 1, {instance("payments", "10.0.0.1:80")}).rows == 1);
    CHECK(session.announce(2, 1, {instance("payments", "[2001:db8::1]:80")}).rows == 1);
    CHECK(session.routes() == Texts{"10.0.0.1:80", "[2001:db8::1]:80"});
    CHECK(session.sql("SELECT name, modid, cmdid FROM ModuleName") == "payments\t1073741824\t1\n");
    CHECK(session.sql("SELECT COUNT(*) FROM RouteData WHERE since > 1700000000") == "1\n");

    auto failing = instance("payments", "10.0.0.1:80", InstanceState::failing);
    failing.reason = "check failed: connection refused";
    CHECK(session.announce(1, 2, {failing}).rows == 1);
    CHECK(session.routes() == Texts{"[2001:db8::1]:80"});
    CHECK(session.announce(1, 3, {instance("payments", "10.0.0.1:80")}).rows == 1);
    CHECK(session.routes() == Texts{"10.0.0.1:80", "[2001:db8::1]:80"});

    auto draining = instance("payments", "10.0.0.1:80", InstanceState::draining);
    draining.weight = 25;
    CHECK(session.announce(1, 4, {draining}).rows == 1);
    CHECK(session.routes() == Texts{"10.0.0.1:80*25", "[2001:db8::1]:80"});
    const store::OwnerChange::Withdrawal gone{draining.key, "stopped"};
    CHECK(session.announce(1, 5, {}, {gone}).rows == 1);
    CHECK(session.announce(1, 6, {}, {gone}).rows == 0);
    CHECK(session.routes() == Texts{"[2001:db8::1]:80"});

    CHECK(
        session.sql("SELECT action, actor, removed, modid, detail FROM RouteAudit"
                    " WHERE actor LIKE 'agent of host-1,%' ORDER BY id") ==
        "register\tagent of host-1, owner 01010101\t0\t1073741824\t10.0.0.1:80\n"
        "fail\tagent of host-1, owner 01010101\t0\t1073741824\t"
        "10.0.0.1:80: check failed: connection refused\n"
        "pass\tagent of host-1, owner 01010101\t0\t1073741824\t10.0.0.1:80\n"
        "drain\tagent of host-1, owner 01010101\t0\t1073741824\t10.0.0.1:80\n"
        "withdraw\tagent of host-1, owner 01010101\t1\t1073741824\t10.0.0.1:80: stopped\n"
    );
}

TEST_CASE("a whole set takes the place of the one before, and of nothing else") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    REQUIRE(session(session.names.add("orders", ModuleId{1, 1})));
    REQUIRE(session(session.names.add_alias("purchases", "orders")));
    session.insert(1, 0x0A000009, 80);  // by somebody
    session.announce(1, 1, {instance("orders", "10.0.0.1:80"), instance("orders", "10.0.0.2:80")});
    session.announce(2, 1, {instance("purchases", "10.0.0.3:80")});
    const auto stored = session.announce(
        1, 2, {instance("orders", "10.0.0.2:80"), instance("orders", "10.0.0.4:80")}, {}, true
    );
    CHECK(stored.rows == 2);
    CHECK(session.routes() == Texts{"10.0.0.2:80", "10.0.0.3:80", "10.0.0.4:80", "10.0.0.9:80"});
    const auto version = session.sql("SELECT version FROM RouteVersion");
    const auto again = session.announce(
        1, 3, {instance("orders", "10.0.0.2:80"), instance("orders", "10.0.0.4:80")}, {}, true
    );
    CHECK(again.rows == 0);
    CHECK(session.sql("SELECT version FROM RouteVersion") == version);
}

TEST_CASE("what comes late is void, and what comes again is done") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    session.announce(1, 5, {instance("payments", "10.0.0.1:80")});
    CHECK(session.announce(1, 4, {}, {}, true).late);
    CHECK_FALSE(session.announce(1, 5, {instance("payments", "10.0.0.1:80")}).late);
    CHECK(session.routes() == Texts{"10.0.0.1:80"});
}

TEST_CASE("an instance that can't be is refused, and its neighbours aren't") {
    OwnersSession session("sqlite");
    auto heavy = instance("payments", "10.0.0.2:80");
    heavy.weight = 100'000;
    const auto stored = session.announce(
        1, 1, {instance("payments", "10.0.0.1:80"), heavy, instance("No Name", "10.0.0.3:80")}
    );
    REQUIRE(stored.refused.size() == 2);
    CHECK(stored.refused[0].key == heavy.key);
    CHECK(stored.refused[0].why == "the weight isn't from 0 to 65535");
    CHECK(session.routes() == Texts{"10.0.0.1:80"});
}

TEST_CASE("many owners' changes are one transaction, with one version for each row") {
    const auto kind = GENERATE("sqlite", "mariadb");
    CAPTURE(kind);
    OwnersSession session(kind);
    std::vector<store::OwnerChange> changes;
    for (int i = 0; i < 50; ++i) {
        store::OwnerChange change;
        change.owner = owner(static_cast<std::uint8_t>(i + 1));
        change.start = 1;
        change.seq = 1;
        change.whole = true;
        for (int k = 0; k < 20; ++k) {
            const auto at = "10.0." + std::to_string(i) + '.' + std::to_string(k + 1) + ":80";
            change.instances.push_back(instance("service-" + std::to_string(k), at.c_str()));
        }
        changes.push_back(std::move(change));
    }
    const auto stored = session(session.registrations.store(changes));
    REQUIRE(stored);
    CHECK(session.routes().size() == 1'000);
    CHECK(session.sql("SELECT COUNT(*) FROM RouteAudit WHERE action = 'register'") == "1000\n");
}
