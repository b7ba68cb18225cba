#include "reporter/agent_clock.hpp"

#include <algorithm>

namespace lars::reporter {
namespace {

using std::chrono::seconds;

// Both times are cut to whole seconds.
constexpr seconds kPrecision{1};

}  // namespace

store::UnixTime AgentClock::frozen(
    std::uint64_t sequence, store::UnixTime stated, store::UnixTime now
) {
    // A batch that comes again was frozen before it came first.
    const bool follows = received_ && sequence > sequence_;
    const auto least = stated - now - kPrecision;
    narrow(least, follows ? stated - *received_ + kPrecision : seconds::max());
    return std::min(stated - ahead(), now);
}

void AgentClock::received(std::uint64_t sequence, store::UnixTime now) {
    if (received_ && sequence <= sequence_) return;
    received_ = now;
    sequence_ = sequence;
}

std::chrono::seconds AgentClock::ahead() const {
    return std::clamp(seconds(0), least_, most_);
}

void AgentClock::narrow(seconds least, seconds most) {
    least_ = std::max(least_, least);
    most_ = std::min(most_, most);
    if (least_ <= most_) return;
    // One of the clocks was set. If that is the database's, to before the last batch came, what
    // that one says is of no use.
    least_ = least;
    most_ = least <= most ? most : seconds::max();
}

}  // namespace lars::reporter
