#include "app/reload.hpp"

#include "app/option_changes.hpp"

#include <csignal>
#include <utility>

namespace lars::app {

Reload::Reload(
    runtime::Runtime& runtime,
    std::vector<OptionSet::Value> in_force,
    Read read,
    spdlog::logger& log
)
    : in_force_(std::move(in_force)),
      read_(std::move(read)),
      log_(log),
      signals_(runtime.executor(0), SIGHUP),
      tasks_(runtime.executor(0), log) {}

// A SIGHUP that comes late, while the process ends, doesn't kill it.
Reload::~Reload() {
    error_code ignored;
    signals_.clear(ignored);
    std::signal(SIGHUP, SIG_IGN);
}

void Reload::start() {
    tasks_.spawn("reload", await_signals());
}

Awaitable<> Reload::stop() {
    tasks_.cancel();
    co_await tasks_.join();
}

Awaitable<> Reload::await_signals() {
    while (true) {
        const auto [error, signal] = co_await signals_.async_wait(nothrow);
        if (error) co_return;
        log_.info("SIGHUP: reading the options again");
        reload();
    }
}

bool Reload::reload() {
    try {
        const auto reading = read_();
        auto changes = compare(in_force_, reading.values);
        if (!changes.live.empty()) reading.apply();
        in_force_ = std::move(changes.in_force);
        for (const auto& line : changes.live) log_.info("{}", line);
        for (const auto& line : changes.fixed) log_.warn("{}: counts from the next start", line);
        if (changes.live.empty() && changes.fixed.empty()) log_.info("no option has changed");
        return true;
    } catch (const std::exception& error) {
        log_.error("{}; all options stay as they were", error.what());
        return false;
    }
}

}  // namespace lars::app
