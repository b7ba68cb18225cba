#include "dns/registration/owner_book.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;
using namespace std::chrono_literals;

namespace {

const Clock::time_point kStart{std::chrono::hours(1)};
constexpr std::chrono::milliseconds kLease = 3s;

OwnerId owner(std::uint8_t byte) {
    OwnerId id{};
    id.fill(byte);
    return id;
}

AgentPeer agent(std::uint8_t instance) {
    return {owner(instance), "agent-" + std::to_string(instance)};
}

SessionKey session(std::uint64_t number) {
    return {0, number};
}

Instance instance(const char* endpoint) {
    Instance made;
    made.key = {{"payments", {}}, *parse_endpoint(endpoint)};
    return made;
}

wire::Announcement whole(std::uint64_t seq, std::vector<Instance> instances) {
    wire::Announcement made;
    made.owner = owner(1);
    made.host = "host-1";
    made.start = 1;
    made.seq = seq;
    made.whole = true;
    made.instances = std::move(instances);
    return made;
}

wire::Announcement changes(
    std::uint64_t seq, std::vector<Instance> instances, std::vector<Instance> withdrawn
) {
    auto made = whole(seq, std::move(instances));
    made.whole = false;
    made.withdrawn = std::move(withdrawn);
    return made;
}

// An owner whose session is known to be the only one.
void settle(OwnerBook& book) {
    book.note_elsewhere(book.unchecked(), {}, kStart);
    book.take_sessions(kStart);
}

const auto kA = instance("10.0.0.1:80");
const auto kB = instance("10.0.0.1:81");

}  // namespace

TEST_CASE("an owner is looked for elsewhere, then its session and its instances are stored") {
    OwnerBook book(kLease);
    CHECK(book.announce(session(1), agent(1), whole(1, {kA}), kStart).empty());
    CHECK_FALSE(book.has_changes());
    CHECK(book.unchecked() == std::vector{owner(1)});
    CHECK(book.note_elsewhere(book.unchecked(), {}, kStart).empty());
    const auto sessions = book.take_sessions(kStart);
    REQUIRE(sessions.size() == 1);
    CHECK_FALSE(sessions[0].ended);
    CHECK(sessions[0].instance == owner(1));
    const auto stored = book.take_changes(100);
    REQUIRE(stored.size() == 1);
    CHECK(stored[0].whole);
    CHECK(stored[0].instances == std::vector{kA});
    CHECK(stored[0].seq == 1);
    const auto answers = book.stored({{}});
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].session == session(1));
    CHECK(answers[0].seq == 1);
    CHECK_FALSE(book.has_changes());
}

TEST_CASE("what comes while something is stored goes together, and a failure loses nothing") {
    OwnerBook book(kLease);
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    settle(book);
    book.take_changes(100);
    book.announce(session(1), agent(1), changes(2, {kB}, {}), kStart);
    book.announce(session(1), agent(1), changes(3, {}, {kA}), kStart);
    book.store_failed();
    const auto again = book.take_changes(100);
    REQUIRE(again.size() == 1);
    CHECK(again[0].whole);
    CHECK(again[0].seq == 3);
    CHECK(again[0].instances == std::vector{kB});
    REQUIRE(again[0].withdrawn.size() == 1);
    CHECK(again[0].withdrawn[0].key == kA.key);
}

TEST_CASE("a session that ends is written with when it was last heard of") {
    OwnerBook book(kLease);
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    settle(book);
    book.take_changes(100);
    book.stored({{}});
    book.end(session(1), kStart);
    const auto sessions = book.take_sessions(kStart + 3s);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions[0].ended);
    CHECK(sessions[0].ago == 3s);
    book.sessions_failed();
    CHECK(book.take_sessions(kStart + 5s).at(0).ago == 5s);
    CHECK(book.take_sessions(kStart).empty());
}

TEST_CASE("what was announced last is stored, also when its session has ended") {
    OwnerBook book(kLease);
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    settle(book);
    book.take_changes(100);
    book.stored({{}});
    book.announce(session(1), agent(1), changes(2, {}, {kA}), kStart);
    book.end(session(1), kStart);
    const auto last = book.take_changes(100);
    REQUIRE(last.size() == 1);
    CHECK(last[0].withdrawn.size() == 1);
    CHECK(book.stored({{}}).empty());
}

TEST_CASE("an agent that comes back over another session goes on") {
    OwnerBook book(kLease);
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    settle(book);
    book.announce(session(2), agent(1), whole(2, {kA}), kStart);
    book.end(session(1), kStart);
    const auto sessions = book.take_sessions(kStart);
    REQUIRE(sessions.size() == 1);
    CHECK_FALSE(sessions[0].ended);
}

TEST_CASE("an agent that was restarted waits for the session of before to end") {
    OwnerBook book(kLease);
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    settle(book);
    book.take_changes(100);
    book.stored({{}});
    book.announce(session(2), agent(2), whole(1, {kA, kB}), kStart);
    CHECK(book.take_changes(100).empty());
    book.end(session(1), kStart);
    settle(book);
    const auto stored = book.take_changes(100);
    REQUIRE(stored.size() == 1);
    CHECK(stored[0].instances.size() == 2);
}

TEST_CASE("a session is written to have ended before the next one is taken") {
    OwnerBook book(kLease);
    const store::OtherSession other{owner(1), owner(9), "10.0.0.1:7778"};
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    settle(book);
    book.announce(session(2), agent(2), whole(1, {kA}), kStart);
    book.end(session(1), kStart);
    // The next one is elsewhere too, and is never taken.
    CHECK(book.note_elsewhere(book.unchecked(), {other}, kStart).empty());
    const auto sessions = book.take_sessions(kStart);
    REQUIRE(sessions.size() == 1);
    CHECK(sessions[0].ended);
    CHECK(sessions[0].instance == owner(1));
    CHECK(book.note_elsewhere(book.unchecked(), {other}, kStart + 2 * kLease).size() == 1);
}

TEST_CASE("of two agents with one identity the second is refused, and both are named") {
    OwnerBook book(kLease);
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    settle(book);
    book.announce(session(2), agent(2), whole(1, {kB}), kStart);
    CHECK(book.refuse_waiting(kStart + kLease).empty());
    const auto refused = book.refuse_waiting(kStart + 2 * kLease);
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].session == session(2));
    CHECK_THAT(refused[0].error, Catch::Contains("agent-1") && Catch::Contains("agent-2"));
    const auto again = book.announce(session(2), agent(2), changes(2, {kB}, {}), kStart);
    REQUIRE(again.size() == 1);
    CHECK(again[0].error == refused[0].error);
}

TEST_CASE("an owner that is elsewhere as another agent waits, and is refused when that stays") {
    OwnerBook book(kLease);
    const store::OtherSession other{owner(1), owner(9), "10.0.0.1:7778"};
    book.announce(session(1), agent(1), whole(1, {kA}), kStart);
    CHECK(book.note_elsewhere(book.unchecked(), {other}, kStart).empty());
    CHECK(book.unchecked().size() == 1);
    const auto refused = book.note_elsewhere(book.unchecked(), {other}, kStart + 2 * kLease);
    REQUIRE(refused.size() == 1);
    CHECK_THAT(refused[0].error, Catch::Contains("10.0.0.1:7778"));
    CHECK(book.unchecked().empty());
    CHECK_FALSE(book.has_changes());
}

TEST_CASE("too many instances, or another owner's, are refused without harm") {
    OwnerBook book(kLease);
    std::vector<Instance> many(OwnerBook::kMaxInstances + 1, kA);
    CHECK(book.announce(session(1), agent(1), whole(1, many), kStart).size() == 1);
    CHECK(book.announce(session(1), agent(1), whole(2, {kA}), kStart).empty());
    auto others = whole(1, {kB});
    others.owner = owner(2);
    CHECK(book.announce(session(1), agent(1), others, kStart).size() == 1);
}
