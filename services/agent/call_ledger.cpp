#include "agent/call_ledger.hpp"

#include <algorithm>
#include <utility>

namespace lars::agent {
namespace {

// A module that isn't used for so long gives back what only calls need.
constexpr auto kRest = std::chrono::seconds(10);

void keep(ModuleCalls calls, std::vector<ModuleCalls>& all) {
    if (!calls.endpoints.empty()) all.push_back(std::move(calls));
}

// The calls to one endpoint, which are then counted from 0 on; nothing when there are none.
std::optional<EndpointCalls> drain_slot(
    ModuleCounts& counts, lb::Slot slot, const lb::EndpointTable& endpoint_table
) {
    const auto calls = std::exchange(counts.calls[slot], {});
    if (calls.successes == 0 && calls.failures == 0) return {};
    EndpointCalls drained{
        .endpoint = endpoint_table.endpoint(slot),
        .successes = calls.successes,
        .failures = calls.failures,
        .latency_sum_us = calls.latency_sum_us,
    };
    if (counts.latencies) drained.latencies = std::exchange(counts.latencies[slot], {});
    return drained;
}

lb::Slot end_of_part(lb::Slot first, std::size_t max, std::size_t size) {
    return static_cast<lb::Slot>(std::min<std::size_t>(size, first + max));
}

}  // namespace

void CallLedger::count(Module& module, lb::Slot slot, const lb::Call& call, lb::Time now) {
    ++module.use.reports;
    auto& counts = module.counts;
    const auto size = module.balancer()->endpoint_table().size();
    if (!counts.calls) {
        counts.calls = std::make_unique<ModuleCounts::Calls[]>(size);
        counts.since = now;
    }
    auto& calls = counts.calls[slot];
    lb::add_one(call.outcome == lb::CallOutcome::success ? calls.successes : calls.failures);
    if (call.latency) {
        const auto latency_us = static_cast<std::uint64_t>(call.latency->count());
        if (!counts.latencies) counts.latencies = std::make_unique<ModuleCounts::Latencies[]>(size);
        calls.latency_sum_us += latency_us;
        lb::add_one(counts.latencies[slot][latency_bucket(latency_us)]);
    }
    if (!module.called) called_.push_back(&module);
    module.called = true;
}

void CallLedger::retire_route(Module& module) {
    if (!module.counts.calls) return;
    retired_.push_back(
        {module.balancer()->shared_endpoint_table(), std::exchange(module.counts, {})}
    );
}

std::vector<ModuleCalls> CallLedger::drain(std::size_t max, lb::Time now) {
    std::vector<ModuleCalls> all;
    if (draining_.empty()) std::swap(draining_, called_);
    while (max > 0 && !retired_.empty()) max -= drain_retired(max, all);
    while (max > 0 && !draining_.empty()) max -= drain_module(max, now, all);
    return all;
}

// Answers how many endpoints it has looked at.
std::size_t CallLedger::drain_retired(std::size_t max, std::vector<ModuleCalls>& all) {
    auto& retired = retired_.front();
    const auto& endpoint_table = *retired.endpoint_table;
    const auto first = next_retired_;
    const auto end = end_of_part(first, max, endpoint_table.size());
    ModuleCalls drained{endpoint_table.module(), {}};
    for (auto slot = first; slot < end; ++slot) {
        auto calls = drain_slot(retired.counts, slot, endpoint_table);
        if (!calls) continue;
        calls->window_successes = calls->successes;
        calls->window_failures = calls->failures;
        drained.endpoints.push_back(*calls);
    }
    keep(std::move(drained), all);
    next_retired_ = end;
    if (end == endpoint_table.size()) {
        retired_.pop_front();
        next_retired_ = 0;
    }
    return end - first;
}

// Answers how many endpoints it has looked at.
std::size_t CallLedger::drain_module(std::size_t max, lb::Time now, std::vector<ModuleCalls>& all) {
    auto& module = *draining_.back();
    // What is counted from now on is for the next time.
    if (next_slot_ == 0) module.called = false;
    auto& counts = module.counts;
    if (!counts.calls) {  // they were retired with their route
        draining_.pop_back();
        next_slot_ = 0;
        return 1;
    }
    const auto& balancer = *module.balancer();
    const auto& endpoint_table = balancer.endpoint_table();
    // Another route, a smaller one, may have come since the last part.
    const auto first = std::min(next_slot_, static_cast<lb::Slot>(endpoint_table.size()));
    const auto end = end_of_part(first, max, endpoint_table.size());
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - counts.since);
    ModuleCalls drained{module.id(), {}};
    for (auto slot = first; slot < end; ++slot) {
        const auto view = balancer.view(slot);
        const bool overload = lb::suspended(view.state);
        auto calls = drain_slot(counts, slot, endpoint_table);
        if (!calls && !overload) continue;
        if (!calls) calls.emplace().endpoint = view.endpoint;
        calls->window_successes = view.successes;
        calls->window_failures = view.failures;
        calls->overload = overload;
        if (overload) calls->overloaded_ms = static_cast<std::uint32_t>(passed.count());
        drained.endpoints.push_back(*calls);
    }
    keep(std::move(drained), all);
    next_slot_ = end;
    if (end == endpoint_table.size()) {
        counts.since = now;
        draining_.pop_back();
        next_slot_ = 0;
    }
    return end - first;
}

void CallLedger::release_idle(Module& module, lb::Time now) const {
    if (now - module.use.last >= kRest && !holds(module)) module.counts = {};
}

}  // namespace lars::agent
