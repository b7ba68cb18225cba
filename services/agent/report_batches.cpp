#include "agent/report_batches.hpp"

#include "wire/module.hpp"

#include <utility>

namespace lars::agent {

ReportBatches::ReportBatches(const Options& options, const wire::InstanceId& instance)
    : options_(options), instance_(instance) {}

void ReportBatches::add(const std::vector<ModuleCalls>& all) {
    for (const auto& module : all) {
        for (const auto& calls : module.endpoints) {
            const std::pair key(module.module, calls.endpoint);
            const auto found = accumulated_.find(key);
            if (found != accumulated_.end()) {
                found->second.add(calls);
            } else if (accumulated_.size() < options_.max_endpoints) {
                accumulated_[key].add(calls);
            } else {
                lost_ += std::uint64_t{calls.successes} + calls.failures;
            }
        }
    }
}

const std::vector<wire::EncodedFrame>& ReportBatches::in_flight(
    std::uint32_t caller, std::uint32_t timestamp
) {
    if (frozen_.empty() && !accumulated_.empty()) {
        frozen_ = encode({caller, timestamp, instance_, ++sequence_});
        accumulated_.clear();
    }
    return frozen_;
}

void ReportBatches::acknowledge(std::uint64_t sequence) {
    if (sequence >= sequence_) frozen_.clear();
}

std::vector<wire::EncodedFrame> ReportBatches::drain_snapshots(
    std::uint32_t caller, std::uint32_t timestamp
) {
    auto frames = encode({.caller = caller, .timestamp = timestamp});
    accumulated_.clear();
    return frames;
}

void ReportBatches::Waiting::add(const EndpointCalls& calls) {
    sums += calls.sums();
    window_successes = calls.window_successes;
    window_failures = calls.window_failures;
    overload = calls.overload;
}

std::vector<wire::EncodedFrame> ReportBatches::encode(const wire::ReportHeader& header) const {
    std::vector<ReportStatusRequest> messages;
    const auto next_result = [&](ModuleId module, const Endpoint& endpoint, bool overload
                             ) -> HostCallResult& {
        const bool fits = !messages.empty() && wire::module_of(messages.back()) == module &&
                          messages.back().results_size() < wire::kMaxResults;
        if (!fits) wire::to_wire(header, module, messages.emplace_back());
        return wire::add_result(endpoint, overload, messages.back());
    };
    for (const auto& [key, waiting] : accumulated_) {
        const auto& [module, endpoint] = key;
        if (header.snapshot()) {
            auto& result = next_result(module, endpoint, waiting.overload);
            result.set_succ(waiting.window_successes);
            result.set_err(waiting.window_failures);
            continue;
        }
        auto sums = waiting.sums;
        while (wire::drain_sums(sums, next_result(module, endpoint, waiting.overload))) {
        }
    }
    std::vector<wire::EncodedFrame> frames;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        messages[i].set_more(!header.snapshot() && i + 1 < messages.size());
        frames.push_back(wire::encode_frame(ID_ReportStatusRequest, messages[i]));
    }
    return frames;
}

}  // namespace lars::agent
