#include "cli/log_events.hpp"

#include "cli/arguments.hpp"

#include <iterator>

namespace lars::cli {
namespace {

constexpr auto kArrow = " -> ";

/// "[2026-01-02 12:03:04.567] [name] [level] words", cut to time and words.
std::string shorten(const std::string& line) {
    const auto time = line.find(' ');
    const auto words = line.rfind("] ", line.find(kArrow));
    if (line.empty() || line[0] != '[' || time == std::string::npos || words == std::string::npos) {
        return line;
    }
    return line.substr(time + 1, 8) + ' ' + line.substr(words + 2);
}

}  // namespace

LogEvents::LogEvents(const std::string& path) {
    if (path.empty()) return;
    log_.open(path, std::ios::ate);
    if (!log_) throw Failure(path + ": cannot open");
}

std::vector<std::string> LogEvents::take() {
    std::vector<std::string> events;
    if (!log_.is_open()) return events;
    log_.clear();  // of the end that was reached, and may have moved
    rest_.append(std::istreambuf_iterator<char>(log_), std::istreambuf_iterator<char>());
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
        const auto line = rest_.substr(0, end);
        rest_.erase(0, end + 1);
        if (line.find(kArrow) != std::string::npos) events.push_back(shorten(line));
    }
    return events;
}

}  // namespace lars::cli
