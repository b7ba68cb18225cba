#include "app/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

namespace lars::app {

void check_log_level(const std::string& level) {
    // from_str() answers `off` for what it doesn't know.
    if (spdlog::level::from_str(level) == spdlog::level::off && level != "off") {
        throw std::invalid_argument("one of trace, debug, info, warning, error, critical, off");
    }
}

std::shared_ptr<spdlog::logger> make_log(const std::string& name, const std::string& level) {
    auto log =
        std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_mt>());
    log->set_pattern("%Y-%m-%dT%H:%M:%S.%fZ %n %l %v", spdlog::pattern_time_type::utc);
    log->set_level(spdlog::level::from_str(level));
    log->flush_on(spdlog::level::info);
    return log;
}

}  // namespace lars::app
