#pragma once

#include "base/call_sums.hpp"
#include "base/endpoint.hpp"
#include "base/module_id.hpp"
#include "store/unix_time.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace lars::store {

/// One row of ServerCallStatus.
struct StatusRow {
    ModuleId module;
    Endpoint endpoint;
    std::uint32_t caller = 0;  ///< IPv4, host order
    std::uint32_t successes = 0;
    std::uint32_t failures = 0;
    std::uint32_t timestamp = 0;  ///< seconds since 1970
    bool overload = false;

    friend bool operator==(const StatusRow&, const StatusRow&) = default;
};

/// The calls to one endpoint, over all callers, in the period that begins at `start`.
struct CallRow {
    ModuleId module;
    Endpoint endpoint;
    UnixTime start{};
    CallSums sums;

    friend bool operator==(const CallRow&, const CallRow&) = default;
};

/// What one agent has counted since its last batch. The instance and the sequence, which rises,
/// name it for ever.
struct CallBatch {
    std::array<std::uint8_t, 16> instance{};
    std::uint64_t sequence = 0;
    std::vector<CallRow> rows;  ///< `start` is any moment of the minute
};

/// Minutes are kept a short while, days long.
enum class HistoryLevel { minute, hour, day };

constexpr std::chrono::seconds length_of(HistoryLevel level) {
    using namespace std::chrono_literals;
    if (level == HistoryLevel::minute) return 60s;
    return level == HistoryLevel::hour ? 3'600s : 86'400s;
}

/// Of the period that holds the moment; periods are those of UTC.
constexpr UnixTime begin_of(HistoryLevel level, UnixTime moment) {
    return moment - moment.time_since_epoch() % length_of(level);
}

struct HistoryQuery {
    HistoryLevel level = HistoryLevel::minute;
    UnixTime from{};  ///< of the first period; one that holds it is included
    UnixTime to{};    ///< where the last ends
    std::optional<ModuleId> module;
    bool by_endpoint = false;  ///< else summed over a module's endpoints, and `endpoint` is empty
    bool by_start = false;     ///< else summed over time, and `start` is 0
};

/// How long each level is kept.
struct Retention {
    std::chrono::milliseconds minutes = std::chrono::days(2);
    std::chrono::milliseconds hours = std::chrono::days(30);
    std::chrono::milliseconds days = std::chrono::days(400);
};

}  // namespace lars::store
