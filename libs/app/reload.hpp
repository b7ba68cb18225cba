#pragma once

#include "app/option_set.hpp"
#include "runtime/runtime.hpp"

#include <boost/asio/signal_set.hpp>
#include <spdlog/logger.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lars::app {

/// All options of a program, read once more.
struct Reading {
    std::vector<OptionSet::Value> values;
    /// Has the running program take over those that can change.
    std::function<void()> apply;
};

/// Reads the options again at SIGHUP. What can change while the program runs is taken over, what
/// can't is named in the log; options with a mistake are refused with it, and all stays as it was.
///
/// Lives as long as the process should survive SIGHUP. Belongs to context 0.
class Reload final : public runtime::Part {
public:
    /// Throws ConfigError, or what else reading may throw.
    using Read = std::function<Reading()>;

    Reload(
        runtime::Runtime& runtime,
        std::vector<OptionSet::Value> in_force,
        Read read,
        spdlog::logger& log
    );
    ~Reload() override;

    std::string name() const override { return "reload"; }
    void start() override;
    Awaitable<> stop() override;

    /// Reads and applies; returns whether the options were in order.
    bool reload();

private:
    Awaitable<> await_signals();

    std::vector<OptionSet::Value> in_force_;
    Read read_;
    spdlog::logger& log_;
    asio::signal_set signals_;
    runtime::TaskGroup tasks_;
};

}  // namespace lars::app
