#include "lb/retry_budget.hpp"

#include <algorithm>
#include <cmath>

namespace lars::lb {
namespace {

// How long a module may save up what time gives it.
constexpr float kReserveSeconds = 10;
constexpr float kMaxWaitMs = 1'000;

}  // namespace

std::chrono::milliseconds RetryBudget::take(
    const RetryBudgetOptions& options, std::uint32_t calls, Time now
) {
    using std::chrono::milliseconds;
    const auto ms =
        static_cast<std::uint32_t>(std::chrono::duration_cast<milliseconds>(now).count());
    // This one isn't a first try, and those before it were looked at in their turn.
    const auto first_tries = calls - calls_ - 1;
    fill(options, first_tries, static_cast<float>(ms - last_ms_) / 1'000);
    calls_ = calls;
    last_ms_ = ms;
    if (tokens_ >= 1) {
        tokens_ -= 1;
        return milliseconds::zero();
    }
    const auto per_second = std::max(static_cast<float>(options.min_per_second), earned_);
    const auto wait = per_second > 0 ? (1 - tokens_) / per_second * 1'000 : kMaxWaitMs;
    return milliseconds(static_cast<int>(std::ceil(std::clamp(wait, 1.0F, kMaxWaitMs))));
}

void RetryBudget::fill(
    const RetryBudgetOptions& options, std::uint32_t first_tries, float seconds
) {
    const auto earned = static_cast<float>(options.ratio) * static_cast<float>(first_tries);
    earned_ = seconds >= 1 ? earned / seconds : earned_ * (1 - seconds) + earned;
    // Time gives what first tries fall short of.
    const auto least = static_cast<float>(options.min_per_second);
    const auto given = std::max(least - earned_, 0.0F) * seconds;
    tokens_ = std::min(tokens_ + earned + given, kReserveSeconds * least + earned_);
}

}  // namespace lars::lb
