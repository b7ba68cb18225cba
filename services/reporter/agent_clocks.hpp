#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <unordered_map>

namespace lars::reporter {

/// How far the clocks of agents are ahead of the database's, for metrics. Belongs to one thread;
/// figures are read by any.
class AgentClocks {
public:
    /// 0: it isn't worth a word.
    void set(std::uint64_t session, std::chrono::milliseconds ahead);
    void erase(std::uint64_t session) { set(session, {}); }

    /// Agents whose clock is off.
    std::size_t off() const { return off_; }
    /// The difference that is the largest, forward or back.
    std::chrono::milliseconds largest() const { return std::chrono::milliseconds(largest_ms_); }

private:
    std::unordered_map<std::uint64_t, std::chrono::milliseconds> all_;
    std::atomic<std::size_t> off_{0};
    std::atomic<std::chrono::milliseconds::rep> largest_ms_{0};
};

}  // namespace lars::reporter
