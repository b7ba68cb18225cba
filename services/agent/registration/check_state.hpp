#pragma once

#include "agent/registration/check_options.hpp"
#include "runtime/asio.hpp"

#include <string>

namespace lars::agent {

/// What the results of checks make of an instance. No clock: the time is an argument.
class CheckState {
public:
    enum class Verdict { starting, passing, failing };

    /// `verdict`: what was known before: an instance that was there before the agent passes until
    /// it fails.
    CheckState(const CheckOptions& options, Verdict verdict, Clock::time_point begun)
        : rise_(options.rise),
          fall_(options.fall),
          counts_from_(begun + options.start_period),
          verdict_(options.kind == CheckOptions::Kind::none ? Verdict::passing : verdict) {}

    /// Whether the verdict is another one now.
    bool note(const CheckResult& result, Clock::time_point now);
    Verdict verdict() const { return verdict_; }
    /// Of the last failure; empty after a pass.
    const std::string& reason() const { return reason_; }

private:
    std::uint32_t rise_;
    std::uint32_t fall_;
    Clock::time_point counts_from_;
    Verdict verdict_;
    std::uint32_t passes_ = 0;    // in a row
    std::uint32_t failures_ = 0;  // in a row, of those that count
    std::string reason_;
};

}  // namespace lars::agent
