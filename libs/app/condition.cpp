#include "app/condition.hpp"

#include <array>
#include <ctime>

namespace lars::app {

void Condition::fail(const std::string& why, Time now) {
    const std::lock_guard lock(mutex_);
    if (why_.empty()) since_ = now;
    why_ = why.empty() ? "failed" : why;
}

void Condition::clear() {
    const std::lock_guard lock(mutex_);
    why_.clear();
}

std::optional<std::string> Condition::text() const {
    const std::lock_guard lock(mutex_);
    if (why_.empty()) return {};
    const auto seconds = std::chrono::system_clock::to_time_t(since_);
    std::tm utc{};
    ::gmtime_r(&seconds, &utc);
    std::array<char, 32> since{};
    std::strftime(since.data(), since.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return part_ + ": " + why_ + "; since " + since.data();
}

}  // namespace lars::app
