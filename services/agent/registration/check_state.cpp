#include "agent/registration/check_state.hpp"

#include <algorithm>

namespace lars::agent {

bool CheckState::note(const CheckResult& result, Clock::time_point now) {
    reason_ = result.reason;
    if (result.passed) {
        failures_ = 0;
        passes_ = std::min(passes_ + 1, rise_);
        if (verdict_ == Verdict::passing || passes_ < rise_) return false;
        verdict_ = Verdict::passing;
        return true;
    }
    passes_ = 0;
    // Nobody knows yet of one that is still starting.
    if (verdict_ != Verdict::passing || now < counts_from_) return false;
    if (++failures_ < fall_) return false;
    failures_ = 0;
    verdict_ = Verdict::failing;
    return true;
}

}  // namespace lars::agent
