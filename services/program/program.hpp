#pragma once

#include "config/option_set.hpp"
#include "net/metrics.hpp"
#include "net/runtime.hpp"

#include <functional>
#include <memory>

namespace lars::program {

/// What every service's program has.
struct Options {
    std::uint32_t threads = 1;
    std::chrono::milliseconds drain_timeout{5'000};
    std::optional<Endpoint> admin;
    std::string log_level = "info";
};

enum class Threads { configurable, fixed };
void describe(config::OptionSet& set, Options& options, Threads threads);

/// Logs go to standard error, one line each.
std::shared_ptr<spdlog::logger> make_log(const std::string& name, const std::string& level);

using MakePart =
    std::function<std::unique_ptr<net::Part>(net::Runtime&, net::Metrics&, spdlog::logger&)>;

/// Runs one service, with the admin server if it is configured, until a signal. Answers the exit
/// status: 0, or 1 with a message when it can't start or had to be cut short.
int run(const std::string& name, const Options& options, const MakePart& make);

/// Runs `body`, and turns config::Error into exit status 2 with its message.
int guarded(const std::string& program, const std::function<int()>& body);

}  // namespace lars::program
