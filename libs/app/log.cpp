#include "app/log.hpp"

#include "app/log_sink.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <stdexcept>

namespace lars::app {

void check_log_level(const std::string& level) {
    // from_str() answers `off` for what it doesn't know.
    if (spdlog::level::from_str(level) == spdlog::level::off && level != "off") {
        throw std::invalid_argument("one of trace, debug, info, warning, error, critical, off");
    }
}

std::shared_ptr<spdlog::logger> make_log(
    const std::string& name, const std::string& level, metrics::Registry& metrics
) {
    const LogCounters counters{
        metrics.counter(
            "lars_log_lines_dropped_total",
            "Lines of the log for which there was no room, or that couldn't be written"
        ),
        metrics.counter(
            "lars_log_lines_repeated_total",
            "Lines of the log that were left out because the same had come too often"
        ),
    };
    const auto sink = std::make_shared<LogSink>(STDERR_FILENO, name, counters, LogSink::Options());
    auto log = std::make_shared<spdlog::logger>(name, sink);
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %n %l %v", spdlog::pattern_time_type::utc);
    // A line that can't be formatted. spdlog itself would write to standard error, and wait there.
    log->set_error_handler([dropped = &counters.dropped](const std::string&) { dropped->add(); });
    set_log_level(*log, level);
    return log;
}

void set_log_level(spdlog::logger& log, const std::string& level) {
    log.set_level(spdlog::level::from_str(level));
}

}  // namespace lars::app
