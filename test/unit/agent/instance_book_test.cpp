#include "agent/registration/instance_book.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kStart{std::chrono::hours(1)};
using Leave = InstanceBook::Leave;

Registration registration(const std::string& name, const char* endpoint) {
    Registration made;
    made.key = {{name, {}}, *parse_endpoint(endpoint)};
    return made;
}

Registration checked(Registration registration) {
    registration.check.kind = CheckOptions::Kind::tcp;
    return registration;
}

InstanceKey key(const std::string& name, const char* endpoint) {
    return registration(name, endpoint).key;
}

Instance only(const InstanceBook& book, Clock::time_point now) {
    const auto all = book.announced(now);
    REQUIRE(all.size() == 1);
    return all.begin()->second;
}

}  // namespace

TEST_CASE("an instance without a check serves at once, and one with a check when it passes") {
    InstanceBook book;
    CHECK(book.add(1, registration("a", "10.0.0.1:80"), kStart) == "");
    CHECK(book.add(1, checked(registration("b", "10.0.0.1:81")), kStart) == "");
    CHECK(book.announced(kStart).size() == 1);
    const auto checks = book.take_new_checks();
    REQUIRE(checks.size() == 1);
    CHECK(book.take_new_checks().empty());
    CHECK(
        book.note_check(checks[0].id, {false, "connection refused"}, kStart) ==
        CheckState::Verdict::starting
    );
    CHECK(book.announced(kStart).size() == 1);
    book.note_check(checks[0].id, {true}, kStart);
    CHECK(book.announced(kStart).size() == 2);
    book.note_check(checks[0].id, {false, "connection refused"}, kStart);
    const auto failing = book.announced(kStart).at(key("b", "10.0.0.1:81"));
    CHECK(failing.state == InstanceState::failing);
    CHECK(failing.reason == "check failed: connection refused");
    book.note_check(checks[0].id, {true}, kStart);
    CHECK(book.announced(kStart).at(key("b", "10.0.0.1:81")).state == InstanceState::serves);
}

TEST_CASE("an instance that is withdrawn gives up its weight in steps, and goes") {
    InstanceBook book;
    book.add(1, registration("a", "10.0.0.1:80"), kStart);
    book.tick(kStart);
    book.withdraw(key("a", "10.0.0.1:80"), Leave::drained, "stopped", kStart);
    CHECK(only(book, kStart).state == InstanceState::draining);
    CHECK(only(book, kStart).weight == 75);
    auto now = kStart;
    std::vector<std::uint32_t> weights;
    while (!book.announced(now).empty()) {
        weights.push_back(only(book, now).weight);
        const auto next = book.tick(now);
        if (next == Clock::time_point::max()) break;
        REQUIRE(next > now);
        now = next;
    }
    CHECK(weights == std::vector<std::uint32_t>{75, 50, 25, 0, 0});
    CHECK(now >= kStart + kDefaultDrain);
    CHECK(book.tick(now + 1s) == Clock::time_point::max());
    CHECK(book.announced(now).empty());
    CHECK(book.take_departed().at(key("a", "10.0.0.1:80")) == "stopped");
}

TEST_CASE("one that registers again while it leaves stays") {
    InstanceBook book;
    book.add(1, registration("a", "10.0.0.1:80"), kStart);
    book.withdraw(key("a", "10.0.0.1:80"), Leave::drained, "stopped", kStart);
    book.add(2, registration("a", "10.0.0.1:80"), kStart + 1s);
    CHECK(only(book, kStart + 1s).state == InstanceState::serves);
    CHECK(only(book, kStart + 1s).weight == 100);
    // The source of before has nothing any more that could go with it.
    book.keep_only(1, {}, Leave::at_once, "gone", kStart + 1s);
    book.tick(kStart + 1h);
    CHECK(book.announced(kStart + 1h).size() == 1);
}

TEST_CASE("what a source that is gone registered is gone at once") {
    InstanceBook book;
    book.add(1, registration("a", "10.0.0.1:80"), kStart);
    book.add(2, registration("a", "10.0.0.1:81"), kStart);
    book.keep_only(1, {}, Leave::at_once, "process 7 has ended", kStart);
    CHECK(only(book, kStart).key == key("a", "10.0.0.1:81"));
    CHECK(book.take_departed().at(key("a", "10.0.0.1:80")) == "process 7 has ended");
}

TEST_CASE("an operator's drain keeps the instance, at no weight, until it is ended") {
    InstanceBook book;
    book.add(1, registration("a", "10.0.0.1:80"), kStart);
    book.drain(key("a", "10.0.0.1:80"), 0ms, kStart);
    book.tick(kStart + 1h);
    CHECK(only(book, kStart + 1h).state == InstanceState::draining);
    CHECK(only(book, kStart + 1h).weight == 0);
    // Registering again is no reason to end it.
    book.add(1, registration("a", "10.0.0.1:80"), kStart + 1h);
    CHECK(only(book, kStart + 1h).weight == 0);
    book.end_drain(key("a", "10.0.0.1:80"), kStart + 1h);
    CHECK(only(book, kStart + 1h).weight == 100);
}

TEST_CASE("what is left from before is announced as it was, and goes unless it comes again") {
    InstanceBook book;
    auto lasting = registration("c", "10.0.0.1:82");
    lasting.lasting = true;
    book.restore(
        {registration("a", "10.0.0.1:80"), checked(registration("b", "10.0.0.1:81")), lasting},
        kStart + 5s
    );
    CHECK(book.announced(kStart).size() == 3);
    book.add(1, checked(registration("b", "10.0.0.1:81")), kStart + 1s);
    const auto before = book.version();
    book.tick(kStart + 4s);
    CHECK(book.version() == before);
    book.tick(kStart + 5s);
    CHECK(book.announced(kStart + 5s).size() == 2);
    CHECK(book.take_departed().contains(key("a", "10.0.0.1:80")));
    const auto checks = book.take_new_checks();
    REQUIRE(checks.size() == 1);
    book.note_check(checks[0].id, {false, "no answer in time"}, kStart + 6s);
    CHECK(book.announced(kStart + 6s).at(key("b", "10.0.0.1:81")).state == InstanceState::failing);
}

TEST_CASE("a changed registration keeps how it stands until its new check says otherwise") {
    InstanceBook book;
    book.add(1, registration("a", "10.0.0.1:80"), kStart);
    auto changed = checked(registration("a", "10.0.0.1:80"));
    changed.weight = 200;
    book.add(1, changed, kStart);
    CHECK(only(book, kStart).weight == 200);
    CHECK(only(book, kStart).state == InstanceState::serves);
    const auto checks = book.take_new_checks();
    REQUIRE(checks.size() == 1);
    book.add(1, registration("a", "10.0.0.1:80"), kStart);
    CHECK_FALSE(book.has_check(checks[0].id));
}

TEST_CASE("a process that ended takes its instance with it") {
    InstanceBook book;
    auto of_process = registration("a", "10.0.0.1:80");
    of_process.check.kind = CheckOptions::Kind::pid;
    of_process.check.pid = 7;
    book.add(1, of_process, kStart);
    const auto id = book.take_new_checks().at(0).id;
    book.note_check(id, {true}, kStart);
    CHECK(book.announced(kStart).size() == 1);
    book.note_check(id, {false, "process 7 has ended"}, kStart);
    CHECK(book.announced(kStart).empty());
    CHECK_FALSE(book.has_check(id));
}

TEST_CASE("there are so many instances, and no more") {
    InstanceBook book;
    for (std::size_t i = 0; i < InstanceBook::kMaxInstances; ++i) {
        auto each = registration("a", "10.0.0.1:80");
        each.key.endpoint.port = static_cast<std::uint16_t>(i + 1);
        REQUIRE(book.add(1, each, kStart) == "");
    }
    CHECK(
        book.add(1, registration("b", "10.0.0.1:80"), kStart) ==
        "this agent has 5000 instances already"
    );
}

TEST_CASE("instances are found by service, and by what is said of the endpoint") {
    InstanceBook book;
    book.add(1, registration("a", "10.0.0.1:80"), kStart);
    book.add(1, registration("a", "10.0.0.1:81"), kStart);
    book.add(1, registration("b", "10.0.0.1:80"), kStart);
    CHECK(book.find({{"a", {}}, {}}).size() == 2);
    CHECK(book.find({{"a", {}}, {.address = {}, .port = 81}}).size() == 1);
    CHECK(book.find({{"a", {}}, *parse_endpoint("10.0.0.2:80")}).empty());
}
