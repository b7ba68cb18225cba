#include "agent/report_batches.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;

namespace {

ModuleCalls calls(std::uint32_t endpoint, std::uint32_t successes) {
    EndpointCalls each;
    each.endpoint = Endpoint::from_ipv4(endpoint, 80);
    each.successes = successes;
    each.window_successes = 1000;
    return {{1, 1}, {each}};
}

ReportStatusRequest decode(const net::EncodedFrame& frame) {
    ReportStatusRequest message;
    REQUIRE(message.ParseFromString(frame->substr(8)));
    return message;
}

}  // namespace

TEST_CASE("one batch is in flight, unchanged, while the next accumulates merged") {
    ReportBatches batches({}, {});
    batches.add({calls(1, 5)});
    const auto first = batches.in_flight(7, 8);
    REQUIRE(first.size() == 1);
    CHECK(decode(first[0]).seq() == 1);
    CHECK(decode(first[0]).results(0).succ() == 5);
    batches.add({calls(1, 2)});
    batches.add({calls(1, 3)});
    CHECK(batches.in_flight(9, 9) == first);
    batches.acknowledge(0);
    CHECK(batches.awaiting());
    batches.acknowledge(1);
    const auto second = batches.in_flight(9, 9);
    REQUIRE(second.size() == 1);
    CHECK(decode(second[0]).seq() == 2);
    CHECK(decode(second[0]).results(0).succ() == 5);
    batches.acknowledge(2);
    CHECK(batches.empty());
    CHECK(batches.in_flight(9, 9).empty());
}

TEST_CASE("a batch of many endpoints is several frames of one sequence") {
    ReportBatches batches({}, {});
    for (std::uint32_t i = 0; i < 1200; ++i) batches.add({calls(i, 1)});
    const auto frames = batches.in_flight(7, 8);
    REQUIRE(frames.size() == 3);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        CHECK(decode(frames[i]).seq() == 1);
        CHECK(decode(frames[i]).more() == (i < 2));
        CHECK(frames[i]->size() < kMaxTcpBody);
    }
}

TEST_CASE("snapshots show the window, and carry no sequence") {
    ReportBatches batches({}, {});
    batches.add({calls(1, 5)});
    const auto frames = batches.take_snapshots(7, 8);
    REQUIRE(frames.size() == 1);
    CHECK(decode(frames[0]).seq() == 0);
    CHECK(decode(frames[0]).instance().empty());
    CHECK(decode(frames[0]).results(0).succ() == 1000);
    CHECK(batches.empty());
}

TEST_CASE("what waits is bounded, and what found no room is counted") {
    ReportBatches batches({.max_endpoints = 2}, {});
    for (std::uint32_t i = 0; i < 5; ++i) batches.add({calls(i, 4)});
    CHECK(batches.lost() == 12);
}
