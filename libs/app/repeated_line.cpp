#include "app/repeated_line.hpp"

#include <algorithm>
#include <utility>

namespace lars::app {
namespace {

constexpr auto kInterval = std::chrono::minutes(1);
// Texts that are told apart. A text with a number in it that changes may come in thousands.
constexpr std::size_t kMaxTexts = 8;

}  // namespace

std::optional<std::string> RepeatedLine::note(const std::string& text, Time now) {
    ++noted_;
    auto found = said_.find(text);
    const bool is_new = found == said_.end();
    if (is_new && !make_room(now)) {
        ++others_;
        return {};
    }
    if (!is_new && now - found->second.at < kInterval) {
        ++found->second.since;
        return {};
    }
    std::string line = text;
    if (!is_new)
        line += " (" + std::to_string(found->second.since + 1) + " times since it was said)";
    const auto others = std::exchange(others_, 0);
    if (others > 0) line += " (and " + std::to_string(others) + " like it that weren't said)";
    said_[text] = {now, 0};
    return line;
}

std::uint64_t RepeatedLine::end() {
    said_.clear();
    others_ = 0;
    return std::exchange(noted_, 0);
}

// In place of a text that hasn't come for a while.
bool RepeatedLine::make_room(Time now) {
    if (said_.size() < kMaxTexts) return true;
    const auto oldest = std::min_element(said_.begin(), said_.end(), [](auto& a, auto& b) {
        return a.second.at < b.second.at;
    });
    if (now - oldest->second.at < kInterval) return false;
    others_ += oldest->second.since;
    said_.erase(oldest);
    return true;
}

}  // namespace lars::app
