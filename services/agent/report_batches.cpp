#include "agent/report_batches.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace lars::agent {
namespace {

// A frame of this many results stays below the smallest body limit, 65,527 bytes.
constexpr int kMaxResults = 400;

std::uint32_t take_part(std::uint64_t& count) {
    const auto part = std::min<std::uint64_t>(count, UINT32_MAX);
    count -= part;
    return static_cast<std::uint32_t>(part);
}

HostCallResult& add_result(ReportStatusRequest& message, const Endpoint& endpoint, bool overload) {
    auto& result = *message.add_results();
    if (endpoint.is_ipv4()) {
        result.set_ip(static_cast<std::int32_t>(endpoint.ipv4()));
    } else {
        result.set_address(endpoint.address.data(), endpoint.address.size());
    }
    result.set_port(endpoint.port);
    result.set_overload(overload);
    return result;
}

// As much of the sums as fits. Answers whether something is left for another result.
bool put_sums(CallSums& sums, HostCallResult& result) {
    result.set_succ(take_part(sums.successes));
    result.set_err(take_part(sums.failures));
    result.set_latency_sum_us(std::exchange(sums.latency_sum_us, 0));
    result.set_overloaded_ms(std::exchange(sums.overloaded_ms, 0));
    auto used = sums.buckets.end();
    while (used != sums.buckets.begin() && *std::prev(used) == 0) --used;
    for (auto bucket = sums.buckets.begin(); bucket != used; ++bucket) {
        result.add_latency_buckets(take_part(*bucket));
    }
    return sums != CallSums();
}

}  // namespace

ReportBatches::ReportBatches(const Options& options, const wire::InstanceId& instance)
    : options_(options), instance_(instance) {}

void ReportBatches::add(const std::vector<ModuleCalls>& all) {
    for (const auto& module : all) {
        for (const auto& calls : module.endpoints) {
            const std::pair key(module.module, calls.endpoint);
            const auto found = accumulated_.find(key);
            if (found != accumulated_.end()) {
                found->second.take(calls);
            } else if (accumulated_.size() < options_.max_endpoints) {
                accumulated_[key].take(calls);
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
        frozen_ = encode({caller, timestamp, ++sequence_});
        accumulated_.clear();
    }
    return frozen_;
}

void ReportBatches::acknowledge(std::uint64_t sequence) {
    if (sequence >= sequence_) frozen_.clear();
}

std::vector<wire::EncodedFrame> ReportBatches::take_snapshots(
    std::uint32_t caller, std::uint32_t timestamp
) {
    auto frames = encode({caller, timestamp, 0});
    accumulated_.clear();
    return frames;
}

void ReportBatches::Waiting::take(const EndpointCalls& calls) {
    sums += calls.sums();
    window_successes = calls.window_successes;
    window_failures = calls.window_failures;
    overload = calls.overload;
}

std::vector<wire::EncodedFrame> ReportBatches::encode(const Header& header) const {
    std::vector<ReportStatusRequest> messages;
    const auto next_result = [&](ModuleId module, const Endpoint& endpoint, bool overload
                             ) -> HostCallResult& {
        const bool fits = !messages.empty() && messages.back().modid() == module.modid &&
                          messages.back().cmdid() == module.cmdid &&
                          messages.back().results_size() < kMaxResults;
        if (!fits) {
            auto& message = messages.emplace_back();
            message.set_modid(module.modid);
            message.set_cmdid(module.cmdid);
            message.set_caller(static_cast<std::int32_t>(header.caller));
            message.set_ts(header.timestamp);
        }
        return add_result(messages.back(), endpoint, overload);
    };
    for (const auto& [key, waiting] : accumulated_) {
        const auto& [module, endpoint] = key;
        if (header.sequence == 0) {
            auto& result = next_result(module, endpoint, waiting.overload);
            result.set_succ(waiting.window_successes);
            result.set_err(waiting.window_failures);
            continue;
        }
        auto sums = waiting.sums;
        while (put_sums(sums, next_result(module, endpoint, waiting.overload))) {
        }
    }
    std::vector<wire::EncodedFrame> frames;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (header.sequence != 0) {
            messages[i].set_instance(instance_.data(), instance_.size());
            messages[i].set_seq(header.sequence);
            messages[i].set_more(i + 1 < messages.size());
        }
        frames.push_back(wire::encode_frame(ID_ReportStatusRequest, messages[i]));
    }
    return frames;
}

}  // namespace lars::agent
