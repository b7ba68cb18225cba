#include "reporter/batch_assembler.hpp"

#include <algorithm>
#include <utility>

namespace lars::reporter {
namespace {

// Clocks differ.
constexpr auto kFuture = std::chrono::seconds(300);

std::optional<Endpoint> endpoint_of(const HostCallResult& result) {
    if (result.port() < 1 || result.port() > 65'535) return {};
    auto endpoint = Endpoint::from_ipv4(
        static_cast<std::uint32_t>(result.ip()), static_cast<std::uint16_t>(result.port())
    );
    if (result.address().empty()) return endpoint;
    if (result.address().size() != endpoint.address.size()) return {};
    std::copy(result.address().begin(), result.address().end(), endpoint.address.begin());
    return endpoint;
}

CallSums sums_of(const HostCallResult& result) {
    // Only a peer that lies has summed up more than 1,000 years.
    constexpr std::uint64_t kMax = 1ULL << 55;
    CallSums sums{
        .successes = result.succ(),
        .failures = result.err(),
        .latency_sum_us = std::min<std::uint64_t>(result.latency_sum_us(), kMax),
        .overloaded_ms = std::min<std::uint64_t>(result.overloaded_ms(), kMax / 1'000),
    };
    const auto count = std::min<int>(result.latency_buckets_size(), kLatencyBuckets);
    std::copy_n(result.latency_buckets().begin(), count, sums.buckets.begin());
    return sums;
}

store::CallBatch batch_of(const ReportStatusRequest& request) {
    store::CallBatch batch{.sequence = request.seq()};
    if (batch.sequence == 0) return batch;
    std::copy(request.instance().begin(), request.instance().end(), batch.instance.begin());
    return batch;
}

}  // namespace

BatchAssembler::Progress BatchAssembler::put(
    const ReportStatusRequest& request, store::UnixTime now
) {
    if (request.seq() != 0 && request.instance().size() != report_.batch.instance.size()) {
        refuse_(Errc::undecodable_body);
        return Progress::part;
    }
    if (!open_ || !belongs(request)) {
        forget();
        report_ = {
            .batch = batch_of(request),
            .caller = static_cast<std::uint32_t>(request.caller()),
            .timestamp = request.ts(),
        };
        refused_ = false;
    }
    open_ = !report_.snapshot() && request.more();
    if (!refused_ && !add_rows(request, now)) {
        refused_ = true;
        budget_.give_back(std::exchange(taken_, 0));
        report_.batch.rows = {};
        report_.overloads = {};
    }
    if (open_) return Progress::part;
    return refused_ ? Progress::over_budget : Progress::whole;
}

Report BatchAssembler::take() {
    taken_ = 0;
    return std::exchange(report_, {});
}

bool BatchAssembler::belongs(const ReportStatusRequest& request) const {
    const auto batch = batch_of(request);
    return batch.sequence == report_.batch.sequence && batch.instance == report_.batch.instance;
}

bool BatchAssembler::add_rows(const ReportStatusRequest& request, store::UnixTime now) {
    const ModuleId module{request.modid(), request.cmdid()};
    if (!module.valid()) {
        refuse_(Errc::negative_module);
        return true;
    }
    const auto count = static_cast<std::size_t>(request.results_size());
    if (!budget_.take(count)) return false;
    taken_ += count;
    const store::UnixTime told{std::chrono::seconds(request.ts())};
    const bool believed = told >= now - oldest_ && told <= now + kFuture;
    for (const auto& result : request.results()) {
        const auto endpoint = endpoint_of(result);
        if (!endpoint) {
            refuse_(Errc::bad_endpoint);
            continue;
        }
        report_.batch.rows.push_back({module, *endpoint, believed ? told : now, sums_of(result)});
        report_.overloads.push_back(result.overload());
    }
    const auto refused = taken_ - report_.size();
    budget_.give_back(refused);
    taken_ -= refused;
    return true;
}

void BatchAssembler::forget() {
    budget_.give_back(std::exchange(taken_, 0));
    report_ = {};
    open_ = false;
}

}  // namespace lars::reporter
