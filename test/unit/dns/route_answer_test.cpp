#include "dns/route_answer.hpp"

#include "base/route.hpp"
#include "support/catch.hpp"

using namespace lars;
using namespace lars::dns;
using net::PeerKind;

namespace {

constexpr ModuleId kModule{1, 2};
constexpr std::uint64_t kServed = 77;
constexpr std::uint64_t kOther = 78;

std::uint64_t etag_of_no_route() {
    Route none;
    none.module = kModule;
    return etag_of(none);
}

}  // namespace

TEST_CASE("an agent of ours is sent a route that it doesn't hold, and told of one that it does") {
    RouteQuestion question{.module = kModule, .peer = PeerKind::ours, .served = kServed};
    for (const bool doubtful : {false, true}) {
        question.doubtful = doubtful;
        question.etag = 0;
        CHECK(answer_to(question) == RouteAnswer::route);
        question.etag = kOther;
        CHECK(answer_to(question) == RouteAnswer::route);
        question.etag = kServed;
        CHECK(answer_to(question) == RouteAnswer::unchanged);
    }
}

TEST_CASE("a peer that may be an original one is always sent the route") {
    const auto peer = GENERATE(PeerKind::original, PeerKind::unknown);
    CHECK(answer_to({kModule, 0, peer, kServed}) == RouteAnswer::route);
    CHECK(answer_to({kModule, kServed, peer, kServed}) == RouteAnswer::route);
}

TEST_CASE("a module without a route has none, as long as the table can be believed") {
    const auto peer = GENERATE(PeerKind::ours, PeerKind::original, PeerKind::unknown);
    CHECK(answer_to({kModule, 0, peer, {}}) == RouteAnswer::route);
    CHECK(answer_to({kModule, kOther, peer, {}}) == RouteAnswer::route);
}

TEST_CASE("an agent that knows of a module without a route is told that nothing changed") {
    for (const bool doubtful : {false, true}) {
        const auto etag = etag_of_no_route();
        CHECK(answer_to({kModule, etag, PeerKind::ours, {}, doubtful}) == RouteAnswer::unchanged);
    }
}

TEST_CASE("in doubt, an agent that may hold a route isn't told that its module is gone") {
    CHECK(answer_to({kModule, kOther, PeerKind::ours, {}, true}) == RouteAnswer::nothing);
    // These can't say whether they hold one.
    CHECK(answer_to({kModule, 0, PeerKind::original, {}, true}) == RouteAnswer::nothing);
    CHECK(answer_to({kModule, 0, PeerKind::unknown, {}, true}) == RouteAnswer::nothing);
    // This one holds none, so an empty answer takes nothing away.
    CHECK(answer_to({kModule, 0, PeerKind::ours, {}, true}) == RouteAnswer::route);
}

TEST_CASE("a module that can't exist has no route, whatever is in doubt") {
    constexpr ModuleId kImpossible{-1, 2};
    CHECK(answer_to({kImpossible, 0, PeerKind::ours, {}, true}) == RouteAnswer::route);
    CHECK(answer_to({kImpossible, kOther, PeerKind::original, {}, true}) == RouteAnswer::route);
}
