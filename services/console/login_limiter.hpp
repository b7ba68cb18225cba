#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace lars::console {

/// How often somebody may try a password: a few times at once, then one try for each pause. By
/// account and by address, so that neither many addresses get at one account, nor one address at
/// many. No clock: the time is an argument. Belongs to one thread.
class LoginLimiter {
public:
    using Clock = std::chrono::steady_clock;

    static constexpr int kAtOnce = 5;
    static constexpr std::chrono::seconds kPause{10};
    /// Who tries under ever new names fills no memory: beyond it the one who owes least is
    /// forgotten.
    static constexpr std::size_t kMaxKnown = 10'000;

    /// How long to wait before this try; 0: it may be made now, and counts.
    std::chrono::seconds try_now(
        const std::string& account, const std::string& address, Clock::time_point now
    );
    /// It was right: what this account and address tried before is forgotten.
    void succeeded(const std::string& account, const std::string& address);

private:
    /// When all tries that were made are paid for.
    using Debts = std::unordered_map<std::string, Clock::time_point>;

    static std::chrono::seconds wait_of(
        const Debts& debts, const std::string& key, Clock::time_point now
    );
    static void charge(Debts& debts, const std::string& key, Clock::time_point now);

    Debts accounts_;
    Debts addresses_;
};

}  // namespace lars::console
