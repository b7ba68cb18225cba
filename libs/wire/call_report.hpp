#pragma once

#include "base/call_sums.hpp"
#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "wire/identity.hpp"

#include <proto/lars.pb.h>

#include <cstdint>
#include <optional>

namespace lars::wire {

/// A frame of so many results stays below the smallest limit of a body, 65,527 bytes.
inline constexpr int kMaxResults = 400;

/// What every frame of a report says, whichever module it is about.
struct ReportHeader {
    std::uint32_t caller = 0;     ///< IPv4, host order
    std::uint32_t timestamp = 0;  ///< seconds since 1970, by the caller's clock
    InstanceId instance{};        ///< of a batch; a snapshot has none
    std::uint64_t sequence = 0;   ///< 0: a snapshot

    bool snapshot() const { return sequence == 0; }
};

/// The calls from one caller to one endpoint.
struct CallResult {
    Endpoint endpoint;
    CallSums sums;
    bool overload = false;  ///< the caller keeps away from it now
};

/// Begins a frame: the header and the module. `more` is set by whoever knows the next frame.
void to_wire(const ReportHeader& header, ModuleId module, ReportStatusRequest& out);
/// Nothing when a batch doesn't say whose it is.
std::optional<ReportHeader> header_from_wire(const ReportStatusRequest& request);

/// Adds a result without counts.
HostCallResult& add_result(const Endpoint& endpoint, bool overload, ReportStatusRequest& out);
/// Moves as much of the sums into the result as its 32-bit counts can hold. True when something is
/// left, for another result of the same endpoint.
bool drain_sums(CallSums& sums, HostCallResult& out);
/// Nothing when the endpoint is out of range; sums that nobody can have counted are cut.
std::optional<CallResult> call_result_from_wire(const HostCallResult& result);

}  // namespace lars::wire
