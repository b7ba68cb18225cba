#include "wire/call_report.hpp"

#include "base/frame.hpp"
#include "support/catch.hpp"
#include "wire/module.hpp"

using namespace lars;
using namespace lars::wire;

namespace {

const auto kV4 = Endpoint::from_ipv4(0xC0A801B1, 7777);

InstanceId instance() {
    InstanceId id{};
    id.fill(7);
    return id;
}

}  // namespace

TEST_CASE("the header of a batch crosses the wire unchanged") {
    const ReportHeader header{
        .caller = 0xC0A80001, .timestamp = 9, .instance = instance(), .sequence = 3};
    ReportStatusRequest request;
    to_wire(header, {1, 2}, request);
    CHECK(module_of(request) == ModuleId{1, 2});
    const auto read = header_from_wire(request);
    REQUIRE(read);
    CHECK(read->caller == header.caller);
    CHECK(read->timestamp == header.timestamp);
    CHECK(read->instance == header.instance);
    CHECK(read->sequence == header.sequence);
    CHECK_FALSE(read->snapshot());
}

TEST_CASE("a snapshot has no instance, as an original reporter expects") {
    ReportStatusRequest request;
    to_wire({.caller = 1, .timestamp = 2, .instance = instance()}, {1, 2}, request);
    CHECK(request.instance().empty());
    const auto read = header_from_wire(request);
    REQUIRE(read);
    CHECK(read->snapshot());
}

TEST_CASE("a batch that doesn't say whose it is isn't taken") {
    ReportStatusRequest request;
    request.set_seq(1);
    CHECK_FALSE(header_from_wire(request));
    request.set_instance("short");
    CHECK_FALSE(header_from_wire(request));
    request.set_instance(std::string(17, 'i'));
    CHECK_FALSE(header_from_wire(request));
}

TEST_CASE("the calls to an endpoint cross the wire unchanged") {
    const auto v6 = parse_endpoint("[2001:db8::1]:443").value();
    for (const auto& endpoint : {kV4, v6}) {
        const CallSums sums{
            .successes = 5,
            .failures = 2,
            .latency_sum_us = 700,
            .overloaded_ms = 30,
            .buckets = {1, 0, 4}};
        ReportStatusRequest request;
        auto left = sums;
        CHECK_FALSE(drain_sums(left, add_result(endpoint, true, request)));
        CHECK(request.results(0).latency_buckets_size() == 3);
        const auto result = call_result_from_wire(request.results(0));
        REQUIRE(result);
        CHECK(result->endpoint == endpoint);
        CHECK(result->sums == sums);
        CHECK(result->overload);
    }
}

TEST_CASE("sums wider than 32 bits fill several results, and add up") {
    constexpr std::uint64_t kCalls = 2 * std::uint64_t{UINT32_MAX} + 9;
    CallSums left{.successes = kCalls, .failures = 1, .latency_sum_us = 5};
    left.buckets[17] = kCalls;
    ReportStatusRequest request;
    while (drain_sums(left, add_result(kV4, false, request))) {
    }
    REQUIRE(request.results_size() == 3);
    CallSums sum;
    for (const auto& each : request.results()) sum += call_result_from_wire(each)->sums;
    CHECK(sum.successes == kCalls);
    CHECK(sum.failures == 1);
    CHECK(sum.latency_sum_us == 5);
    CHECK(sum.buckets[17] == kCalls);
}

TEST_CASE("results out of range are refused, and what nobody can have counted is cut") {
    HostCallResult result;
    CHECK_FALSE(call_result_from_wire(result));  // port 0
    result.set_port(65'536);
    CHECK_FALSE(call_result_from_wire(result));
    result.set_port(80);
    result.set_address("short");
    CHECK_FALSE(call_result_from_wire(result));
    result.clear_address();
    CHECK_FALSE(call_result_from_wire(result));  // at 0.0.0.0
    result.set_ip(1);
    result.set_latency_sum_us(UINT64_MAX);
    result.set_overloaded_ms(UINT64_MAX);
    for (int i = 0; i < 30; ++i) result.add_latency_buckets(1);
    const auto read = call_result_from_wire(result);
    REQUIRE(read);
    CHECK(read->sums.latency_sum_us == 1ULL << 55);
    CHECK(read->sums.overloaded_ms < 1ULL << 46);
    CHECK(read->sums.timed() == kLatencyBuckets);
}

TEST_CASE("a frame of as many results as one may have is within the smallest limit") {
    ReportStatusRequest request;
    to_wire(
        {.caller = UINT32_MAX,
         .timestamp = UINT32_MAX,
         .instance = instance(),
         .sequence = UINT64_MAX},
        {INT32_MAX, INT32_MAX},
        request
    );
    request.set_more(true);
    CallSums largest{
        .successes = UINT32_MAX,
        .failures = UINT32_MAX,
        .latency_sum_us = 1ULL << 55,
        .overloaded_ms = 1ULL << 45};
    largest.buckets.fill(UINT32_MAX);
    for (int i = 0; i < kMaxResults; ++i) {
        auto sums = largest;
        drain_sums(sums, add_result(*parse_endpoint("[2001:db8::1]:65535"), true, request));
    }
    CHECK(request.ByteSizeLong() <= kMaxTcpBody);
}
