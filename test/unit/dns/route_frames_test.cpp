#include "dns/route_frames.hpp"

#include "support/catch.hpp"

#include <string>

using namespace lars;
using namespace lars::dns;
using net::PeerKind;

namespace {

PublishedRoute route_of(const std::vector<std::uint32_t>& weights) {
    PublishedRoute published;
    published.route.module = {1, 2};
    std::uint32_t address = 0x0A000001;
    for (const auto weight : weights) {
        published.route.endpoints.push_back({Endpoint::from_ipv4(address++, 80), weight, ""});
    }
    published.etag = etag_of(published.route);
    return published;
}

RoutePtr shared(const PublishedRoute& route) {
    return std::make_shared<const PublishedRoute>(route);
}

GetRouteResponse response_in(const wire::EncodedFrame& frame) {
    GetRouteResponse response;
    REQUIRE(response.ParseFromString(frame->substr(kFrameHeaderSize)));
    return response;
}

}  // namespace

TEST_CASE("an agent of ours is sent etag and weights, one that may be an original neither") {
    const auto route = route_of({7, 100});
    const auto ours = response_in(encode_route(route, PeerKind::ours, kMaxHelloBody).frame);
    CHECK(ours.etag() == route.etag);
    CHECK(ours.host_size() == 2);
    CHECK(ours.host(0).weight() == 7);
    for (const auto peer : {PeerKind::original, PeerKind::unknown}) {
        const auto plain = response_in(encode_route(route, peer, kMaxTcpBody).frame);
        CHECK(plain.etag() == 0);
        CHECK(plain.host_size() == 2);
        CHECK_FALSE(plain.host(0).has_weight());
    }
}

TEST_CASE("an original agent isn't sent drained endpoints, unless there are no others") {
    const auto hosts = [](const std::vector<std::uint32_t>& weights) {
        const auto encoded = encode_route(route_of(weights), PeerKind::original, kMaxTcpBody);
        return response_in(encoded.frame).host_size();
    };
    CHECK(hosts({0, 100, 0}) == 1);
    CHECK(hosts({0, 0}) == 2);
}

TEST_CASE("a route above the largest body is cut, and that is counted where it is encoded") {
    metrics::Counter truncated;
    RouteFrames frames(shared(route_of(std::vector<std::uint32_t>(100, 100))));
    const auto frame = frames.frame_for(PeerKind::ours, 500, truncated);
    CHECK(frame->size() <= 500 + kFrameHeaderSize);
    CHECK(response_in(frame).truncated());
    CHECK(truncated.value() == 1);
    CHECK_FALSE(response_in(frames.frame_for(PeerKind::ours, kMaxHelloBody, truncated)).truncated()
    );
    CHECK(truncated.value() == 1);
}

TEST_CASE("a frame for the usual body of its kind of peer is encoded once, others each time") {
    metrics::Counter truncated;
    RouteFrames frames(shared(route_of({100})));
    const auto ours = frames.frame_for(PeerKind::ours, kMaxHelloBody, truncated);
    CHECK(frames.frame_for(PeerKind::ours, kMaxHelloBody, truncated) == ours);
    const auto original = frames.frame_for(PeerKind::original, kMaxTcpBody, truncated);
    CHECK(frames.frame_for(PeerKind::unknown, kMaxTcpBody, truncated) == original);
    CHECK(original != ours);
    const auto small = frames.frame_for(PeerKind::ours, 1'000, truncated);
    CHECK(frames.frame_for(PeerKind::ours, 1'000, truncated) != small);
    CHECK(*frames.frame_for(PeerKind::ours, 1'000, truncated) == *small);
}

TEST_CASE("no route is an answer with the module's ids and without hosts") {
    const auto none = response_in(encode_no_route({1, 2}, PeerKind::ours, kMaxHelloBody));
    CHECK(none.modid() == 1);
    CHECK(none.cmdid() == 2);
    CHECK(none.host_size() == 0);
    CHECK(none.etag() == route_of({}).etag);
}

TEST_CASE("of what is held, all is counted and as much is shown as every peer accepts") {
    HeldReport report;
    report.version = 9;
    report.doubtful = true;
    for (std::int32_t i = 0; i < 5'000; ++i) {
        report.modules.push_back(
            {{2'000'000'000 + i, 2'000'000'000}, 1U << 31, 7, HoldReason::large}
        );
    }
    report.modules.front().reason = HoldReason::unexplained;
    const auto response = held_response(report);
    CHECK(response.modules() == 5'000);
    CHECK(response.version() == 9);
    CHECK(response.doubtful());
    CHECK_FALSE(response.module(0).large());
    CHECK(response.module(1).large());
    CHECK(response.module(1).stored_rows() == 7);
    CHECK(response.ByteSizeLong() <= kMaxTcpBody);
}
