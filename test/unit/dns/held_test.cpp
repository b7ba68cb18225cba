#include "dns/held_board.hpp"
#include "dns/held_routes.hpp"
#include "support/catch.hpp"

#include <array>

using namespace lars;
using namespace lars::dns;

namespace {

constexpr ModuleId kOne{1, 1};
constexpr ModuleId kTwo{2, 1};

HeldRoute route_of(ModuleId module, std::uint64_t store_id, std::uint64_t version) {
    return {
        module,
        {.etag = 7, .store_id = store_id, .version = version, .rows = 3},
        HoldReason::other_store};
}

/// Sessions are named and never used.
net::Session& session(std::size_t number) {
    static std::array<std::uint64_t, 4> places{};
    return *reinterpret_cast<net::Session*>(&places.at(number));
}

std::uint64_t no_rows(ModuleId) {
    return 0;
}

}  // namespace

TEST_CASE("routes are held by session and module, and let go by either") {
    HeldRoutes held;
    CHECK(held.empty());
    held.hold(session(0), route_of(kOne, 5, 1));
    held.hold(session(0), route_of(kTwo, 5, 1));
    held.hold(session(1), route_of(kOne, 5, 2));
    held.hold(session(1), route_of(kOne, 5, 3));
    CHECK(held.find(session(1), kOne)->brought.version == 3);
    CHECK(held.find(session(1), kTwo) == nullptr);
    CHECK(held.of(kOne).size() == 2);
    CHECK(held.keys().size() == 2);
    CHECK(held.release(session(1), kOne)->brought.version == 3);
    CHECK_FALSE(held.release(session(1), kOne));
    CHECK(held.of(kOne) == std::vector{&session(0)});
    CHECK(held.release(session(0)).size() == 2);
    CHECK(held.release(session(0)).empty());
    CHECK(held.empty());
}

TEST_CASE("the board adds up what all agents hold, by module and reason") {
    HeldBoard board;
    CHECK_FALSE(board.drain_changed());
    const auto note = [&board](HeldChange::Kind kind, const HeldRoute& route) {
        board.note({kind, route});
    };
    note(HeldChange::Kind::held, route_of(kOne, 5, 10));
    note(HeldChange::Kind::held, route_of(kOne, 5, 12));
    note(HeldChange::Kind::held, route_of(kTwo, 6, 1));
    CHECK(board.drain_changed());
    CHECK_FALSE(board.drain_changed());
    CHECK(board.routes(HoldReason::other_store) == 3);
    const auto modules = board.modules(no_rows);
    REQUIRE(modules.size() == 2);
    CHECK(modules[0].module == kOne);
    CHECK(modules[0].agents == 2);
    CHECK(modules[0].served_rows == 3);
    CHECK(modules[0].brought == store::BroughtStore{5, 12});
    note(HeldChange::Kind::released, route_of(kOne, 5, 10));
    note(HeldChange::Kind::released, route_of(kTwo, 6, 1));
    CHECK(board.modules(no_rows).size() == 1);
    CHECK(board.routes(HoldReason::other_store) == 1);
}

TEST_CASE("each store that was brought is told once, and again with a higher version") {
    HeldBoard board;
    const auto bring = [&board](std::uint64_t store_id, std::uint64_t version) {
        board.note({HeldChange::Kind::held, route_of(kOne, store_id, version)});
    };
    bring(5, 10);
    bring(6, 1);
    bring(5, 9);
    CHECK(board.drain_brought() == std::vector<store::BroughtStore>{{5, 10}, {6, 1}});
    CHECK(board.drain_brought().empty());
    bring(5, 11);
    CHECK(board.drain_brought() == std::vector<store::BroughtStore>{{5, 11}});
    board.drain_again();
    CHECK(board.drain_brought().size() == 2);
    // Neither is of a store of ours.
    bring(~0ULL, 1);
    bring(7, ~0ULL);
    bring(0, 1);
    CHECK(board.drain_brought().empty());
}
