#pragma once

#include "store/unix_time.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace lars::reporter {

/// When an agent's batches were frozen, by the database's clock, although each says so by the
/// agent's. A batch is frozen before it comes, and after the one before it was here; which bounds
/// how far the agent's clock is ahead. The first batch of a session may be old: it only tells
/// clocks that are ahead. No clock of its own.
class AgentClock {
public:
    /// Of a batch that comes now, and says `stated`. Not later than now.
    store::UnixTime frozen(std::uint64_t sequence, store::UnixTime stated, store::UnixTime now);
    /// The whole batch is here.
    void received(std::uint64_t sequence, store::UnixTime now);

    /// As little as it can be; 0 for a clock that may be right.
    std::chrono::seconds ahead() const;

private:
    void narrow(std::chrono::seconds least, std::chrono::seconds most);

    // Between which the agent's clock is ahead.
    std::chrono::seconds least_ = std::chrono::seconds::min();
    std::chrono::seconds most_ = std::chrono::seconds::max();
    std::optional<store::UnixTime> received_;
    std::uint64_t sequence_ = 0;
};

}  // namespace lars::reporter
