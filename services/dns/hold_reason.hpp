#pragma once

#include <cstddef>

namespace lars::dns {

/// Why a route stays as it was, or as an agent has it, although the store says otherwise.
enum class HoldReason {
    unexplained,    ///< rows went, and the change log doesn't say that they were removed
    large,          ///< the log says so, but they are too many to believe without an audit entry
    other_store,    ///< the route is from a store of which this one knows nothing
    later_version,  ///< it is from this store at a later version, which this one hasn't come to
    empty_store,    ///< where it is from isn't known, and this store began without any rows
    unknown_host,   ///< no name server has said yet which addresses one of its hosts has
};
inline constexpr std::size_t kHoldReasons = 6;

/// As metrics and `lars route held --json` write it.
constexpr const char* to_string(HoldReason reason) {
    constexpr const char* kNames[kHoldReasons]{
        "unexplained", "large", "other_store", "later_version", "empty_store", "unknown_host"};
    return kNames[static_cast<std::size_t>(reason)];
}

}  // namespace lars::dns
