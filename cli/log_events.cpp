#include "cli/log_events.hpp"

#include "cli/errors.hpp"

#include <iterator>

namespace lars::cli {
namespace {

constexpr auto kArrow = " -> ";

}  // namespace

LogEvents::LogEvents(const std::string& path) {
    if (path.empty()) return;
    log_.open(path, std::ios::ate);
    if (!log_) throw Failure(path + ": cannot open");
}

std::vector<std::string> LogEvents::drain() {
    std::vector<std::string> events;
    if (!log_.is_open()) return events;
    log_.clear();  // of the end that was reached, and may have moved
    rest_.append(std::istreambuf_iterator<char>(log_), std::istreambuf_iterator<char>());
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
        const auto line = rest_.substr(0, end);
        rest_.erase(0, end + 1);
        if (line.find(kArrow) != std::string::npos) events.push_back(line);
    }
    return events;
}

}  // namespace lars::cli
