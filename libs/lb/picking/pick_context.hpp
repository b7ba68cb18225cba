#pragma once

#include "lb/endpoint_table.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lars::lb {

/// The most endpoints that a call may leave out.
inline constexpr std::size_t kMaxExcluded = 8;

/// What the caller says about the call for which it wants an endpoint; it holds during one pick,
/// and so must what it refers to.
struct PickContext {
    /// "key=value", which the endpoint must have; empty: any.
    std::string_view select;
    /// Endpoints to leave out, at most kMaxExcluded: those that were tried already.
    std::span<const Endpoint> exclude;
    /// Calls of the same key go to the same endpoint, where the policy hashes.
    std::optional<std::uint64_t> hash_key;
    /// 0 for a call's first try; higher for a retry of the same call elsewhere.
    std::uint32_t attempt = 0;
    /// Whether the caller understands IPv4 addresses only, as original clients do.
    bool ipv4_only = false;

    /// Whether only some of the endpoints will do.
    bool selects(const EndpointTable& endpoint_table) const {
        return !select.empty() || (ipv4_only && !endpoint_table.all_ipv4());
    }
    /// Whether it isn't just any endpoint for a first try.
    bool restricts(const EndpointTable& endpoint_table) const {
        return !exclude.empty() || attempt > 0 || selects(endpoint_table);
    }
};

}  // namespace lars::lb
