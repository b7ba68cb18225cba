#include "reporter/caller_table.hpp"

#include "support/catch.hpp"

#include <set>

using namespace lars;
using namespace lars::reporter;

namespace {

constexpr std::uint32_t kDocker = 0xAC110002;  // 172.17.0.2

wire::InstanceId instance(std::uint8_t n) {
    wire::InstanceId id{};
    id.fill(n);
    return id;
}

}  // namespace

TEST_CASE("who is alone in an address keeps it, through restarts") {
    CallerTable callers;
    for (std::uint8_t start = 1; start <= 20; ++start) {
        callers.enter(instance(start));
        for (int report = 0; report < 3; ++report) {
            CHECK(callers.caller_of(instance(start), kDocker) == kDocker);
        }
        callers.leave(instance(start));
    }
    CHECK(callers.renamed() == 0);
}

TEST_CASE("callers that report under one address at a time are told apart") {
    CallerTable callers;
    constexpr std::uint8_t kHosts = 50;
    std::set<std::uint32_t> different;
    for (std::uint8_t host = 1; host <= kHosts; ++host) {
        callers.enter(instance(host));
        different.insert(callers.caller_of(instance(host), kDocker));
    }
    CHECK(different.size() == kHosts);
    CHECK(callers.renamed() == kHosts - 1);
    for (const auto caller : different) {
        INFO(caller);
        CHECK((caller == kDocker || caller >> 28 == 0xF));
    }
    for (std::uint8_t host = 1; host <= kHosts; ++host) {
        CHECK(different.contains(callers.caller_of(instance(host), kDocker)));
    }

    // It is the same at another reporter.
    CallerTable other;
    other.enter(instance(100));
    other.caller_of(instance(100), kDocker);
    other.enter(instance(7));
    CHECK(other.caller_of(instance(7), kDocker) == callers.caller_of(instance(7), kDocker));
}

TEST_CASE("when the first is gone, the next one has the address") {
    CallerTable callers;
    callers.enter(instance(1));
    callers.enter(instance(1));
    callers.enter(instance(2));
    CHECK(callers.caller_of(instance(1), kDocker) == kDocker);
    CHECK(callers.caller_of(instance(2), kDocker) != kDocker);
    callers.leave(instance(1));  // of its two sessions, as when it connects again
    CHECK(callers.caller_of(instance(2), kDocker) != kDocker);
    callers.leave(instance(1));
    CHECK(callers.caller_of(instance(2), kDocker) == kDocker);
    CHECK(callers.renamed() == 0);
}

TEST_CASE("an address of its own ends the confusion") {
    CallerTable callers;
    for (const std::uint8_t host : {1, 2, 3}) {
        callers.enter(instance(host));
        callers.caller_of(instance(host), kDocker);
    }
    CHECK(callers.renamed() == 2);
    CHECK(callers.caller_of(instance(2), 0x0A000002) == 0x0A000002);
    CHECK(callers.renamed() == 1);
    CHECK(callers.caller_of(instance(1), 0x0A000001) == 0x0A000001);
    CHECK(callers.caller_of(instance(3), kDocker) == kDocker);
    CHECK(callers.renamed() == 0);
}

TEST_CASE("a report that comes after its session's end changes nothing") {
    CallerTable callers;
    callers.enter(instance(2));
    CHECK(callers.caller_of(instance(1), kDocker) == kDocker);
    CHECK(callers.caller_of(instance(2), kDocker) == kDocker);
    callers.leave(instance(1));
    CHECK(callers.caller_of(instance(2), kDocker) == kDocker);
}
