#include "wire/call_report.hpp"

#include "wire/endpoint.hpp"
#include "wire/module.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lars::wire {
namespace {

// 1,000 years in microseconds: only a peer that lies has summed up more.
constexpr std::uint64_t kMaxSumUs = 1ULL << 55;

std::uint32_t drain(std::uint64_t& count) {
    const auto part = std::min<std::uint64_t>(count, UINT32_MAX);
    count -= part;
    return static_cast<std::uint32_t>(part);
}

CallSums sums_from_wire(const HostCallResult& result) {
    CallSums sums{
        .successes = result.succ(),
        .failures = result.err(),
        .latency_sum_us = std::min<std::uint64_t>(result.latency_sum_us(), kMaxSumUs),
        .overloaded_ms = std::min<std::uint64_t>(result.overloaded_ms(), kMaxSumUs / 1'000),
    };
    const auto count = std::min<int>(result.latency_buckets_size(), kLatencyBuckets);
    std::copy_n(result.latency_buckets().begin(), count, sums.buckets.begin());
    return sums;
}

}  // namespace

void to_wire(const ReportHeader& header, ModuleId module, ReportStatusRequest& out) {
    set_module(module, out);
    out.set_caller(static_cast<std::int32_t>(header.caller));
    out.set_ts(header.timestamp);
    if (header.snapshot()) return;
    out.set_instance(header.instance.data(), header.instance.size());
    out.set_seq(header.sequence);
}

std::optional<ReportHeader> header_from_wire(const ReportStatusRequest& request) {
    ReportHeader header{
        .caller = static_cast<std::uint32_t>(request.caller()),
        .timestamp = request.ts(),
        .sequence = request.seq(),
    };
    if (header.snapshot()) return header;
    const auto instance = instance_from_wire(request.instance());
    if (!instance) return {};
    header.instance = *instance;
    return header;
}

HostCallResult& add_result(const Endpoint& endpoint, bool overload, ReportStatusRequest& out) {
    auto& result = *out.add_results();
    to_wire(endpoint, result);
    result.set_overload(overload);
    return result;
}

bool drain_sums(CallSums& sums, HostCallResult& out) {
    out.set_succ(drain(sums.successes));
    out.set_err(drain(sums.failures));
    out.set_latency_sum_us(std::exchange(sums.latency_sum_us, 0));
    out.set_overloaded_ms(std::exchange(sums.overloaded_ms, 0));
    // Buckets that are left out at the end are 0.
    auto used = sums.buckets.end();
    while (used != sums.buckets.begin() && *std::prev(used) == 0) --used;
    for (auto bucket = sums.buckets.begin(); bucket != used; ++bucket) {
        out.add_latency_buckets(drain(*bucket));
    }
    return sums != CallSums();
}

std::optional<CallResult> call_result_from_wire(const HostCallResult& result) {
    const auto endpoint = from_wire(result);
    if (!endpoint) return {};
    return CallResult{*endpoint, sums_from_wire(result), result.overload()};
}

}  // namespace lars::wire
