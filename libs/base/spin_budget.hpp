#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

namespace lars {

/// Decides whether somebody who waits for something looks again before it sleeps: a core that goes
/// to sleep, in a virtual machine above all, takes far longer to wake than a datagram takes to
/// come. It looks as long as what it waited for comes within the longest look, or would if nobody
/// slept; and less and less often where it looks in vain. Where others want the core it doesn't
/// look for a while.
///
/// No clock; belongs to one thread.
class SpinBudget {
public:
    using Time = std::chrono::nanoseconds;  ///< since any moment

    /// Never looks for longer than `max` in one wait; 0: never at all.
    explicit SpinBudget(Time max) : max_(max) {}
    /// Counts from the next wait on.
    void set_max(Time max) { max_ = max; }

    /// A wait begins.
    void begin(Time now);
    /// Whether to look again, instead of sleeping; asked each time that nothing was there.
    bool may_look(Time now);
    /// What was waited for has come.
    void end(Time now);

    /// How long this thread was runnable without a core since the last time (base/run_delay.hpp).
    /// To be said every 50 ms or so.
    void note_delay(Time delay, Time now);

    struct Looks {
        std::uint64_t all = 0;      ///< waits that looked
        std::uint64_t in_vain = 0;  ///< of these, the ones that slept in the end
    };
    /// Since the last time.
    Looks drain_looks() { return std::exchange(looks_, {}); }

private:
    bool decide(Time now);

    Time max_;
    Time begun_{};
    Time mean_wait_ = std::chrono::seconds(1);
    bool looking_ = false;
    bool waiting_ = false;
    std::uint32_t skips_ = 0;  // waits that go without a look after one in vain
    std::uint32_t left_ = 0;   // of these
    std::uint32_t found_ = 0;  // looks in a row that weren't in vain
    Time pause_{};             // after delays; 0: there were none lately
    Time paused_until_ = Time::min();
    Looks looks_;
};

}  // namespace lars
