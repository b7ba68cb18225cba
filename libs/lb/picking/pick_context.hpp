#pragma once

#include "base/endpoint.hpp"

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
};

}  // namespace lars::lb
