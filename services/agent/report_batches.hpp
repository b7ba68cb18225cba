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
/// An original reporter gets snapshots, which nobody acknowledges. Whoever is only presumed to be
/// one gets them too, but the calls are kept, as they may have to be delivered yet. No I/O; belongs
/// to one thread.
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

    /// Snapshots of the endpoints that were called since they were shown last.
    std::vector<wire::EncodedFrame> show(std::uint32_t caller, std::uint32_t timestamp);
    /// Forgets what accumulated and was shown: it is with an original reporter.
    void forget_shown();

    bool empty() const { return frozen_.empty() && accumulated_.empty(); }
    std::uint64_t lost() const { return lost_; }

private:
    /// The calls to one endpoint; 64 bits wide, because an outage may last.
    struct Waiting {
        CallSums sums;
        std::uint32_t window_successes = 0;
        std::uint32_t window_failures = 0;
        bool overload = false;
        bool shown = false;  // as a snapshot, since calls were added last

        void add(const EndpointCalls& calls);
    };

    using Accumulated = std::map<std::pair<ModuleId, Endpoint>, Waiting>;

    std::vector<wire::EncodedFrame> encode_deltas(const wire::ReportHeader& header) const;

    Options options_;
    wire::InstanceId instance_;
    Accumulated accumulated_;
    std::vector<wire::EncodedFrame> frozen_;
    std::uint64_t sequence_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace lars::agent
