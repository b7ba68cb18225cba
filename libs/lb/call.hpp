#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace lars::lb {

enum class CallOutcome : std::uint8_t { success, failure };

/// What a caller reports of one call.
struct Call {
    using Latency = std::optional<std::chrono::microseconds>;

    CallOutcome outcome = CallOutcome::success;
    Latency latency;  ///< none: the caller didn't measure it
};

}  // namespace lars::lb
