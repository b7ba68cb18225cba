#include "console/login_limiter.hpp"

#include <algorithm>

namespace lars::console {

std::chrono::seconds LoginLimiter::try_now(
    const std::string& account, const std::string& address, Clock::time_point now
) {
    const auto wait = std::max(wait_of(accounts_, account, now), wait_of(addresses_, address, now));
    if (wait.count() > 0) return wait;
    charge(accounts_, account, now);
    charge(addresses_, address, now);
    return wait;
}

void LoginLimiter::succeeded(const std::string& account, const std::string& address) {
    accounts_.erase(account);
    addresses_.erase(address);
}

std::chrono::seconds LoginLimiter::wait_of(
    const Debts& debts, const std::string& key, Clock::time_point now
) {
    const auto found = debts.find(key);
    if (found == debts.end()) return std::chrono::seconds(0);
    const auto left = found->second - now - (kAtOnce - 1) * kPause;
    return std::max(std::chrono::ceil<std::chrono::seconds>(left), std::chrono::seconds(0));
}

void LoginLimiter::charge(Debts& debts, const std::string& key, Clock::time_point now) {
    if (debts.size() >= kMaxKnown && !debts.contains(key)) {
        std::erase_if(debts, [now](const auto& debt) { return debt.second <= now; });
        const auto least =
            std::min_element(debts.begin(), debts.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
            });
        if (debts.size() >= kMaxKnown) debts.erase(least);
    }
    auto& paid = debts[key];
    paid = std::max(paid, now) + kPause;
}

}  // namespace lars::console
