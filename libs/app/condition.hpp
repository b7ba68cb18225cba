#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

namespace lars::app {

/// Whether a part of a service works: what is wrong with it, in words, and since when. Noted by
/// whoever meets it, and read for the operators' pages. Any thread.
class Condition {
public:
    using Time = std::chrono::system_clock::time_point;

    /// `part` is how it is called: "the store".
    explicit Condition(std::string part) : part_(std::move(part)) {}

    /// Something is wrong. It is so since the first such call after clear(), in the words of the
    /// last one.
    void fail(const std::string& why, Time now = std::chrono::system_clock::now());
    void clear();

    /// "the store: connection refused; since 2026-01-31T12:00:00Z"; nothing when all is well.
    std::optional<std::string> text() const;

private:
    const std::string part_;
    mutable std::mutex mutex_;
    std::string why_;  // empty: all is well
    Time since_;
};

}  // namespace lars::app
