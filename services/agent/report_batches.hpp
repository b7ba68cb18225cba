#pragma once

#include "agent/module_calls.hpp"
#include "wire/call_report.hpp"
#include "wire/frame.hpp"

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace lars::agent {

/// The calls on their way to the reporter: at most one frozen batch is in flight, which is sent
/// again byte for byte until it is acknowledged; another accumulates meanwhile, merged by endpoint.
/// An original reporter gets snapshots, which nobody acknowledges. No I/O; belongs to one thread.
class ReportBatches {
public:
    struct Options {
        /// Endpoints that may wait, and as many may be in flight; calls of further ones are counted
        /// as lost. One takes about 400 bytes at most.
        std::size_t max_endpoints = 200'000;
    };

    ReportBatches(const Options& options, const wire::InstanceId& instance);

    void add(const std::vector<ModuleCalls>& calls);

    /// The batch in flight; what accumulated is frozen if there was none. Empty: nothing to send.
    const std::vector<wire::EncodedFrame>& in_flight(std::uint32_t caller, std::uint32_t timestamp);
    /// The reporter has committed everything up to `sequence`.
    void acknowledge(std::uint64_t sequence);
    bool awaiting() const { return !frozen_.empty(); }

    /// What accumulated, as snapshots, which are then over.
    std::vector<wire::EncodedFrame> drain_snapshots(std::uint32_t caller, std::uint32_t timestamp);

    bool empty() const { return frozen_.empty() && accumulated_.empty(); }
    std::uint64_t lost() const { return lost_; }

private:
    /// The calls to one endpoint; 64 bits wide, because an outage may last.
    struct Waiting {
        CallSums sums;
        std::uint32_t window_successes = 0;
        std::uint32_t window_failures = 0;
        bool overload = false;

        void add(const EndpointCalls& calls);
    };

    std::vector<wire::EncodedFrame> encode(const wire::ReportHeader& header) const;

    Options options_;
    wire::InstanceId instance_;
    std::map<std::pair<ModuleId, Endpoint>, Waiting> accumulated_;
    std::vector<wire::EncodedFrame> frozen_;
    std::uint64_t sequence_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace lars::agent
