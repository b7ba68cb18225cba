#include "net/dispatcher.hpp"

#include "support/catch.hpp"
#include "support/peer.hpp"

#include <string>
#include <vector>

using namespace lars;
using namespace lars::net;

namespace {

/// A frame of these bytes, which must stay.
FrameView view(std::int32_t id, const std::string& body) {
    return {id, {reinterpret_cast<const std::uint8_t*>(body.data()), body.size()}};
}

}  // namespace

TEST_CASE("a frame goes to its handler, with who sent it") {
    metrics::Registry metrics;
    metrics::BadInput bad_input(metrics);
    Dispatcher<int&> dispatch(bad_input);
    const auto on_request = [](int& sum, const GetRouteRequest& request) {
        sum += request.modid();
    };
    dispatch.on<GetRouteRequest>(ID_GetRouteRequest, on_request);
    int one = 0;
    int other = 0;
    const auto body = test::from_hex("08011001");
    dispatch(one, view(ID_GetRouteRequest, body));
    dispatch(other, view(ID_GetRouteRequest, body));
    dispatch(other, view(ID_GetRouteRequest, body));
    CHECK(one == 1);
    CHECK(other == 2);
}

TEST_CASE("nothing of a message is left in the next one") {
    metrics::Registry metrics;
    metrics::BadInput bad_input(metrics);
    Dispatcher<> dispatch(bad_input);
    std::vector<int> modids;
    const auto on_request = [&](const GetRouteRequest& request) {
        modids.push_back(request.modid());
    };
    dispatch.on<GetRouteRequest>(ID_GetRouteRequest, on_request);
    const auto full = test::from_hex("08011001");
    const std::string empty;
    dispatch(view(ID_GetRouteRequest, full));
    dispatch(view(ID_GetRouteRequest, empty));
    CHECK(modids == std::vector<int>{1, 0});
}

TEST_CASE("a frame without a handler, or that isn't its message, is counted and ignored") {
    metrics::Registry metrics;
    metrics::BadInput bad_input(metrics);
    Dispatcher<> dispatch(bad_input);
    int handled = 0;
    const auto on_request = [&](const GetRouteRequest&) { ++handled; };
    dispatch.on<GetRouteRequest>(ID_GetRouteRequest, on_request);
    const std::string garbage = "\xFF\xFF\xFF";
    dispatch(view(99, garbage));
    CHECK(bad_input.count_of(Errc::unknown_message) == 1);
    dispatch(view(ID_GetRouteRequest, garbage));
    CHECK(bad_input.count_of(Errc::undecodable_body) == 1);
    CHECK(handled == 0);
}
