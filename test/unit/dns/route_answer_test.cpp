#include "dns/route_answer.hpp"

#include "base/route.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;
using net::PeerKind;
using Kind = RouteAnswer::Kind;

namespace {

constexpr ModuleId kModule{1, 2};
constexpr std::uint64_t kServed = 77;
constexpr std::uint64_t kOther = 78;
constexpr std::uint64_t kStore = 1'000;
constexpr std::uint64_t kForeign = 2'000;
constexpr RouteAnswer kRoute{Kind::route};
constexpr RouteAnswer kUnchanged{Kind::unchanged};

constexpr RouteAnswer held(HoldReason reason) {
    return {Kind::held, reason};
}

std::uint64_t etag_of_no_route() {
    Route none;
    none.module = kModule;
    return etag_of(none);
}

/// A store at version 100, whose log begins at 50.
StoreView plain_view() {
    StoreView view;
    view.identity.id = kStore;
    view.version = 100;
    view.log_begin = 50;
    return view;
}

/// A question about a module that is served with two endpoints, or not at all.
struct Question {
    PublishedRoute route{.route = {}, .etag = kServed, .removed_at = 0};
    RouteQuestion question;
    bool is_served = false;

    explicit Question(PeerKind peer = PeerKind::ours) {
        route.route.module = kModule;
        for (std::uint32_t ip = 1; ip <= 2; ++ip) {
            route.route.endpoints.push_back({Endpoint::from_ipv4(ip, 80), kDefaultWeight, ""});
        }
        route.rows = 2;
        question.module = kModule;
        question.peer = peer;
    }
    Question& served() {
        is_served = true;
        return *this;
    }
    Question& removed_at(std::uint64_t version) {
        route.removed_at = version;
        question.removed_at = version;
        return *this;
    }
    Question& brings(std::uint64_t etag) {
        question.brought.etag = etag;
        return *this;
    }
    Question& from(std::uint64_t store_id, std::uint64_t version, std::uint32_t rows = 2) {
        question.brought.store_id = store_id;
        question.brought.version = version;
        question.brought.rows = rows;
        return *this;
    }
    RouteAnswer answer(const StoreView& view = plain_view()) const {
        auto asked = question;
        if (is_served) asked.served = &route;
        return answer_to(asked, view);
    }
};

}  // namespace

TEST_CASE("an agent of ours is sent a route that it doesn't hold, and told of one that it does") {
    for (const bool doubtful : {false, true}) {
        auto view = plain_view();
        view.doubtful = doubtful;
        CHECK(Question().served().brings(0).answer(view) == kRoute);
        CHECK(Question().served().brings(kOther).answer(view) == kRoute);
        CHECK(Question().served().brings(kServed).answer(view) == kUnchanged);
    }
}

TEST_CASE("the same route is the same, wherever it is from") {
    const auto id = GENERATE(std::uint64_t{0}, kStore, kForeign);
    const auto version = GENERATE(std::uint64_t{1}, std::uint64_t{9'000});
    CHECK(Question().served().brings(kServed).from(id, version).answer() == kUnchanged);
    CHECK(Question().brings(etag_of_no_route()).from(id, version).answer() == kUnchanged);
    CHECK(Question().served().brings(etag_of_no_route()).from(id, version, 0).answer() == kRoute);
}

TEST_CASE("a peer that may be an original one is always sent the route") {
    const auto peer = GENERATE(PeerKind::original, PeerKind::unknown);
    CHECK(Question(peer).served().answer() == kRoute);
    CHECK(Question(peer).served().brings(kServed).answer() == kRoute);
}

TEST_CASE("a module without a route has none, as long as the table can be believed") {
    const auto peer = GENERATE(PeerKind::ours, PeerKind::original, PeerKind::unknown);
    CHECK(Question(peer).answer() == kRoute);
    CHECK(Question(peer).brings(kOther).answer() == kRoute);
}

TEST_CASE("in doubt, an agent that may hold a route isn't told that its module is gone") {
    auto view = plain_view();
    view.doubtful = true;
    const auto gone = held(HoldReason::unexplained);
    CHECK(Question().brings(kOther).answer(view) == gone);
    CHECK(Question().brings(kOther).from(kStore, 60).removed_at(70).answer(view) == gone);
    // These can't say whether they hold one.
    CHECK(Question(PeerKind::original).answer(view) == gone);
    CHECK(Question(PeerKind::unknown).answer(view) == gone);
    // This one holds none, so an empty answer takes nothing away.
    CHECK(Question().answer(view) == kRoute);
}

TEST_CASE("a module that can't exist has no route, whatever is in doubt") {
    auto view = plain_view();
    view.doubtful = true;
    view.began_empty = true;
    Question ours;
    ours.question.module = {-1, 2};
    CHECK(ours.answer(view) == kRoute);
    CHECK(ours.brings(kOther).from(kForeign, 1).answer(view) == kRoute);
}

TEST_CASE("what is from another store is held, unless that was adopted") {
    const auto foreign = held(HoldReason::other_store);
    for (const std::uint64_t version : {1, 100, 1'000}) {
        CHECK(Question().served().brings(kOther).from(kForeign, version).answer() == foreign);
        CHECK(Question().brings(kOther).from(kForeign, version).answer() == foreign);
    }
    auto view = plain_view();
    view.identity.adopted = {5, kForeign};
    CHECK(Question().served().brings(kOther).from(kForeign, 1'000, 9).answer(view) == kRoute);
    CHECK(Question().brings(kOther).from(kForeign, 1'000).answer(view) == kRoute);
    CHECK(Question().brings(kOther).from(6, 1).answer(view) == foreign);
    // A store that lost its own id knows nobody.
    view.identity = {};
    CHECK(Question().brings(kOther).from(kStore, 1).answer(view) == foreign);
}

TEST_CASE("what is from a later version of this store is held") {
    const auto later = held(HoldReason::later_version);
    CHECK(Question().served().brings(kOther).from(kStore, 101).answer() == later);
    CHECK(Question().brings(kOther).from(kStore, 101).answer() == later);
    CHECK(Question().served().brings(kOther).from(kStore, 100).answer() == kRoute);
    CHECK(Question().served().brings(kOther).from(kStore, 60).answer() == kRoute);
}

TEST_CASE("fewer endpoints than an agent has are believed as the log explains them") {
    const auto lost = held(HoldReason::unexplained);
    const auto some_gone = [](std::uint64_t version, std::uint64_t removed_at) {
        return Question().served().brings(kOther).from(kStore, version, 3).removed_at(removed_at);
    };
    const auto all_gone = [](std::uint64_t version, std::uint64_t removed_at) {
        return Question().brings(kOther).from(kStore, version, 1).removed_at(removed_at);
    };
    SECTION("by a removal since") {
        CHECK(some_gone(60, 61).answer() == kRoute);
        CHECK(some_gone(60, 60).answer() == lost);
        CHECK(some_gone(60, 0).answer() == lost);
        CHECK(all_gone(60, 61).answer() == kRoute);
        CHECK(all_gone(60, 0).answer() == lost);
    }
    SECTION("if it reaches back that far") {
        CHECK(all_gone(49, 0).answer() == lost);
        CHECK(all_gone(48, 0).answer() == kRoute);
        auto view = plain_view();
        view.log_begin = 0;
        CHECK(all_gone(60, 0).answer(view) == kRoute);
    }
    SECTION("or a confirmation, of what was there before it") {
        auto view = plain_view();
        view.confirmed_at = 90;
        CHECK(all_gone(89, 0).answer(view) == kRoute);
        CHECK(all_gone(90, 0).answer(view) == lost);
        CHECK(all_gone(101, 0).answer(view) == held(HoldReason::later_version));
    }
}

TEST_CASE("fewer endpoints in as many rows need no explanation") {
    auto merged = Question().served().brings(kOther).from(kStore, 60, 3);
    merged.route.rows = 3;
    CHECK(merged.answer() == kRoute);
    auto none_serves = Question().brings(kOther).from(kStore, 60, 1);
    none_serves.question.rows = 1;
    CHECK(none_serves.answer() == kRoute);
}

TEST_CASE("a store that began empty empties nobody who can't say where a route is from") {
    auto view = plain_view();
    view.began_empty = true;
    CHECK(Question().brings(kOther).answer(view) == held(HoldReason::empty_store));
    CHECK(Question().answer(view) == kRoute);
    CHECK(Question().served().brings(kOther).answer(view) == kRoute);
    // What was removed here was here.
    CHECK(Question().brings(kOther).removed_at(7).answer(view) == kRoute);
    // Originals ask for all sorts of modules, and never say that they hold one.
    CHECK(Question(PeerKind::original).answer(view) == kRoute);
    // Removals from a table that wasn't empty are what they are.
    view.began_empty = false;
    CHECK(Question().brings(kOther).answer(view) == kRoute);
}

TEST_CASE("a route that awaits a host's addresses is for those only who have none") {
    const auto view = plain_view();
    const auto ask = [&view](Question question) {
        question.route.has_hosts = true;
        question.route.awaits_hosts = true;
        return question.served().answer(view);
    };
    CHECK(ask(Question().brings(kOther)) == held(HoldReason::unknown_host));
    CHECK(ask(Question()) == kRoute);
    CHECK(ask(Question().brings(etag_of_no_route())) == kRoute);
    CHECK(ask(Question().brings(kServed)) == kUnchanged);
    Question empty;
    empty.route.route.endpoints.clear();
    CHECK(ask(empty) == held(HoldReason::unknown_host));
    CHECK(ask(Question(PeerKind::original)) == held(HoldReason::unknown_host));
}

TEST_CASE("a route with hosts may have fewer endpoints than before, whatever the log says") {
    Question question;
    question.route.has_hosts = true;
    CHECK(question.served().brings(kOther).from(kStore, 90, 3).answer() == kRoute);
}
