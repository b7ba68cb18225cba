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
    Latency latency = {};  ///< none: the caller didn't measure it
    /// 0 idle to 1 full, as the server said of itself.
    std::optional<float> server_load = {};
};

}  // namespace lars::lb
