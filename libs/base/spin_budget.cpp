#include "base/spin_budget.hpp"

#include <algorithm>

namespace lars {
namespace {

using namespace std::chrono_literals;

// A wait counts as so many times the longest look at most: one long pause in a busy stretch is soon
// made up for.
constexpr int kMaxWait = 4;
// A wait that is slept through lasts longer by the time that waking takes, here and at who is
// waited for, who sleeps as long as nobody looks. So waits that are up to so many times the longest
// look are tried, too.
constexpr int kTriedWait = 3;
// Of the latest wait in the mean.
constexpr int kWeight = 8;
// A look in vain now and then costs less than half a percent, and finds out that it pays again.
constexpr std::uint32_t kMaxSkips = 255;
// A look in vain costs several times what one saves that finds something: so many of these, in a
// row, halve the skips.
constexpr std::uint32_t kFoundForOne = 16;
// Of 50 ms. Where more threads are runnable than there are cores, who looks is without one for a
// good part of them; who only shares one with the peer that it wakes, for far less.
constexpr SpinBudget::Time kMaxDelay = 5ms;
constexpr SpinBudget::Time kFirstPause = 500ms;
constexpr SpinBudget::Time kMaxPause = 8s;

}  // namespace

void SpinBudget::begin(Time now) {
    begun_ = now;
    waiting_ = true;
    looking_ = decide(now);
    if (looking_) ++looks_.all;
}

bool SpinBudget::decide(Time now) {
    if (max_ <= Time::zero() || mean_wait_ > kTriedWait * max_ || now < paused_until_) return false;
    if (left_ == 0) return true;
    --left_;
    return false;
}

bool SpinBudget::may_look(Time now) {
    if (!looking_) return false;
    if (now - begun_ < max_) return true;
    looking_ = false;
    ++looks_.in_vain;
    found_ = 0;
    skips_ = std::min(2 * skips_ + 1, kMaxSkips);
    left_ = skips_;
    return false;
}

void SpinBudget::end(Time now) {
    if (!waiting_) return;
    waiting_ = false;
    const auto wait = std::min(now - begun_, kMaxWait * max_);
    mean_wait_ = std::min(mean_wait_, kMaxWait * max_);
    mean_wait_ += (wait - mean_wait_) / kWeight;
    if (looking_ && ++found_ >= kFoundForOne) {
        found_ = 0;
        skips_ /= 2;
    }
    looking_ = false;
}

void SpinBudget::note_delay(Time delay, Time now) {
    if (now < paused_until_) return;
    if (delay < kMaxDelay) {
        pause_ = Time::zero();
        return;
    }
    pause_ = pause_ == Time::zero() ? kFirstPause : std::min(2 * pause_, kMaxPause);
    paused_until_ = now + pause_;
    looking_ = false;
}

}  // namespace lars
