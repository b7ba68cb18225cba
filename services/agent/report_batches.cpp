#include "agent/report_batches.hpp"

#include <algorithm>

namespace lars::agent {
namespace {

// A frame of this many results stays well below the smallest body limit, 65,527 bytes.
constexpr int kMostResults = 500;

std::uint32_t sum(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{a} + b, UINT32_MAX));
}

void to_wire(const EndpointCalls& calls, bool snapshot, HostCallResult& out) {
    if (calls.endpoint.is_ipv4()) {
        out.set_ip(static_cast<std::int32_t>(calls.endpoint.ipv4()));
    } else {
        out.set_address(calls.endpoint.address.data(), calls.endpoint.address.size());
    }
    out.set_port(calls.endpoint.port);
    out.set_succ(snapshot ? calls.window_successes : calls.successes);
    out.set_err(snapshot ? calls.window_failures : calls.failures);
    out.set_overload(calls.overload);
    if (!snapshot) out.set_latency_sum_us(calls.latency_sum_us);
}

}  // namespace

ReportBatches::ReportBatches(const Options& options, const net::InstanceId& instance)
    : options_(options), instance_(instance) {}

void ReportBatches::add(const std::vector<ModuleCalls>& all) {
    for (const auto& module : all) {
        for (const auto& calls : module.endpoints) {
            const std::pair key(module.module, calls.endpoint);
            const auto found = accumulated_.find(key);
            if (found != accumulated_.end()) {
                auto merged = calls;
                const auto& before = found->second;
                merged.successes = sum(before.successes, calls.successes);
                merged.failures = sum(before.failures, calls.failures);
                merged.latency_sum_us += before.latency_sum_us;
                found->second = merged;
            } else if (accumulated_.size() < options_.max_endpoints) {
                accumulated_.emplace(key, calls);
            } else {
                lost_ += std::uint64_t{calls.successes} + calls.failures;
            }
        }
    }
}

const std::vector<net::EncodedFrame>& ReportBatches::in_flight(
    std::uint32_t caller, std::uint32_t timestamp
) {
    if (frozen_.empty() && !accumulated_.empty()) {
        frozen_ = encode({caller, timestamp, ++sequence_});
        accumulated_.clear();
    }
    return frozen_;
}

void ReportBatches::acknowledge(std::uint64_t sequence) {
    if (sequence >= sequence_) frozen_.clear();
}

std::vector<net::EncodedFrame> ReportBatches::take_snapshots(
    std::uint32_t caller, std::uint32_t timestamp
) {
    auto frames = encode({caller, timestamp, 0});
    accumulated_.clear();
    return frames;
}

std::vector<net::EncodedFrame> ReportBatches::encode(const Header& header) const {
    std::vector<ReportStatusRequest> messages;
    for (const auto& [key, calls] : accumulated_) {
        const auto module = key.first;
        const bool fits = !messages.empty() && messages.back().modid() == module.modid &&
                          messages.back().cmdid() == module.cmdid &&
                          messages.back().results_size() < kMostResults;
        if (!fits) {
            auto& message = messages.emplace_back();
            message.set_modid(module.modid);
            message.set_cmdid(module.cmdid);
            message.set_caller(static_cast<std::int32_t>(header.caller));
            message.set_ts(header.timestamp);
        }
        to_wire(calls, header.sequence == 0, *messages.back().add_results());
    }
    std::vector<net::EncodedFrame> frames;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (header.sequence != 0) {
            messages[i].set_instance(instance_.data(), instance_.size());
            messages[i].set_seq(header.sequence);
            messages[i].set_more(i + 1 < messages.size());
        }
        frames.push_back(net::encode_frame(ID_ReportStatusRequest, messages[i]));
    }
    return frames;
}

}  // namespace lars::agent
