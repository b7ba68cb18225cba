#include "agent/report_batches.hpp"

#include "wire/module.hpp"

#include <utility>

namespace lars::agent {
namespace {

/// Results by module, in as many messages as they take.
class ReportFrames {
public:
    explicit ReportFrames(const wire::ReportHeader& header) : header_(header) {}

    HostCallResult& next_result(const std::pair<ModuleId, Endpoint>& key, bool overload) {
        const auto& [module, endpoint] = key;
        const bool fits = !messages_.empty() && wire::module_of(messages_.back()) == module &&
                          messages_.back().results_size() < wire::kMaxResults;
        if (!fits) wire::to_wire(header_, module, messages_.emplace_back());
        return wire::add_result(endpoint, overload, messages_.back());
    }

    /// Of a batch, all but the last say that there is more of it.
    std::vector<wire::EncodedFrame> encode() {
        std::vector<wire::EncodedFrame> frames;
        for (std::size_t i = 0; i < messages_.size(); ++i) {
            messages_[i].set_more(!header_.snapshot() && i + 1 < messages_.size());
            frames.push_back(wire::encode_frame(ID_ReportStatusRequest, messages_[i]));
        }
        return frames;
    }

private:
    wire::ReportHeader header_;
    std::vector<ReportStatusRequest> messages_;
};

}  // namespace

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
        frozen_ = encode_deltas({caller, timestamp, instance_, ++sequence_});
        accumulated_.clear();
    }
    return frozen_;
}

void ReportBatches::acknowledge(std::uint64_t sequence) {
    if (sequence >= sequence_) frozen_.clear();
}

std::vector<wire::EncodedFrame> ReportBatches::show(std::uint32_t caller, std::uint32_t timestamp) {
    ReportFrames frames({.caller = caller, .timestamp = timestamp});
    for (auto& [key, waiting] : accumulated_) {
        if (std::exchange(waiting.shown, true)) continue;
        auto& result = frames.next_result(key, waiting.overload);
        result.set_succ(waiting.window_successes);
        result.set_err(waiting.window_failures);
    }
    return frames.encode();
}

void ReportBatches::forget_shown() {
    std::erase_if(accumulated_, [](const auto& each) { return each.second.shown; });
}

void ReportBatches::Waiting::add(const EndpointCalls& calls) {
    sums += calls.sums();
    window_successes = calls.window_successes;
    window_failures = calls.window_failures;
    overload = calls.overload;
    shown = false;
}

std::vector<wire::EncodedFrame> ReportBatches::encode_deltas(const wire::ReportHeader& header
) const {
    ReportFrames frames(header);
    for (const auto& [key, waiting] : accumulated_) {
        auto sums = waiting.sums;
        while (wire::drain_sums(sums, frames.next_result(key, waiting.overload))) {
        }
    }
    return frames.encode();
}

}  // namespace lars::agent
