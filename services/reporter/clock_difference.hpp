#pragma once

#include <chrono>
#include <string>

namespace lars::reporter {

/// Follows how far a clock is ahead of another, and decides when that is worth a line: when it
/// exceeds a tolerance, when it has changed by as much since the last line, and when it's over.
class ClockDifference {
public:
    using Length = std::chrono::milliseconds;

    explicit ClockDifference(Length tolerance) : tolerance_(tolerance) {}

    /// True: value() is to be said.
    bool note(Length ahead);
    /// What was noted last; within the tolerance 0. Negative: the clock is behind.
    Length value() const { return value_; }

private:
    Length tolerance_;
    Length value_{0};
    Length said_{0};
};

/// "300 s ahead of the database's", "4 s behind the database's" or "as the database's again".
std::string clock_words(ClockDifference::Length ahead);

}  // namespace lars::reporter
