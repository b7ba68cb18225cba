#include "agent/report_batches.hpp"

#include "support/catch.hpp"

using namespace lars;
using namespace lars::agent;

namespace {

ModuleCalls calls(std::uint32_t endpoint, std::uint32_t successes, ModuleId module = {1, 1}) {
    EndpointCalls each;
    each.endpoint = Endpoint::from_ipv4(endpoint, 80);
    each.successes = successes;
    each.window_successes = 1000;
    return {module, {each}};
}

ReportStatusRequest decode(const wire::EncodedFrame& frame) {
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
    const auto frames = batches.show(7, 8);
    REQUIRE(frames.size() == 1);
    CHECK(decode(frames[0]).seq() == 0);
    CHECK(decode(frames[0]).instance().empty());
    CHECK(decode(frames[0]).results(0).succ() == 1000);
    batches.forget_shown();
    CHECK(batches.empty());
}

TEST_CASE("calls that were only shown are kept, and delivered to whoever acknowledges") {
    ReportBatches batches({}, {});
    batches.add({calls(1, 5), calls(2, 1)});
    CHECK(batches.show(7, 8).size() == 1);
    CHECK(batches.show(7, 8).empty());  // nothing is new
    batches.add({calls(1, 2)});
    const auto again = batches.show(7, 8);
    REQUIRE(again.size() == 1);
    CHECK(decode(again[0]).results_size() == 1);
    CHECK_FALSE(batches.empty());
    const auto batch = batches.in_flight(7, 8);
    REQUIRE(batch.size() == 1);
    REQUIRE(decode(batch[0]).results_size() == 2);
    CHECK(decode(batch[0]).results(0).succ() == 7);
    CHECK(decode(batch[0]).results(1).succ() == 1);
    batches.acknowledge(1);
    CHECK(batches.empty());
}

TEST_CASE("only what was shown to an original reporter is forgotten") {
    ReportBatches batches({}, {});
    batches.add({calls(1, 5)});
    batches.in_flight(7, 8);  // of one of ours, that may have committed it
    batches.add({calls(1, 1)});
    batches.show(7, 8);
    batches.add({calls(1, 2)});
    batches.forget_shown();
    CHECK(batches.awaiting());
    batches.acknowledge(1);
    const auto rest = batches.in_flight(7, 8);
    REQUIRE(rest.size() == 1);
    CHECK(decode(rest[0]).results(0).succ() == 3);
}

TEST_CASE("what waits is bounded, and what found no room is counted") {
    ReportBatches batches({.max_endpoints = 2}, {});
    for (std::uint32_t i = 0; i < 5; ++i) batches.add({calls(i, 4)});
    CHECK(batches.lost() == 12);
}

TEST_CASE("sums outlast any outage: what a result can't hold goes into more of them") {
    ReportBatches batches({}, {});
    auto many = calls(1, UINT32_MAX);
    auto& each = many.endpoints[0];
    each.latencies[3] = UINT32_MAX;
    each.latency_sum_us = 5;
    each.overloaded_ms = 1'000;
    for (int i = 0; i < 3; ++i) batches.add({many});
    const auto frames = batches.in_flight(7, 8);
    REQUIRE(frames.size() == 1);
    const auto message = decode(frames[0]);
    REQUIRE(message.results_size() == 3);
    std::uint64_t calls = 0;
    std::uint64_t bucket = 0;
    std::uint64_t latency = 0;
    std::uint64_t overloaded = 0;
    for (const auto& result : message.results()) {
        calls += result.succ();
        bucket += result.latency_buckets(3);
        latency += result.latency_sum_us();
        overloaded += result.overloaded_ms();
    }
    CHECK(calls == 3 * std::uint64_t{UINT32_MAX});
    CHECK(bucket == calls);
    CHECK(latency == 15);
    CHECK(overloaded == 3'000);
}
