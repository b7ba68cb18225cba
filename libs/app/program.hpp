#pragma once

#include "app/option_set.hpp"
#include "http/page.hpp"
#include "metrics/registry.hpp"
#include "runtime/runtime.hpp"

#include <functional>
#include <memory>

namespace lars::app {

/// What one of Lars's programs runs: started and stopped like every part, with pages of its own.
class Service : public runtime::Part {
public:
    /// Whether it can do its work; any thread.
    virtual bool ready() const { return true; }
    /// What it adds to the admin server, which runs on context 0 from after the service's start to
    /// before its stop.
    virtual std::vector<http::Page> pages() { return {}; }
};

/// What every service's program has.
struct ServiceOptions {
    std::uint32_t threads = 1;
    std::chrono::milliseconds drain_timeout{5'000};
    std::optional<Endpoint> admin;
    std::string log_level = "info";
};

enum class Threads { configurable, fixed };
void describe(OptionSet& set, ServiceOptions& options, Threads threads);

/// Logs go to standard error, one line each.
std::shared_ptr<spdlog::logger> make_log(const std::string& name, const std::string& level);

using MakeService =
    std::function<std::unique_ptr<Service>(runtime::Runtime&, metrics::Registry&, spdlog::logger&)>;

/// Runs one service, with the admin server if it is configured, until a signal. Answers the exit
/// status: 0, or 1 with a message when it can't start or had to be cut short.
int run(const std::string& name, const ServiceOptions& options, const MakeService& make);

/// Runs `body`, and turns ConfigError into exit status 2 with its message.
int guarded(const std::string& program, const std::function<int()>& body);

}  // namespace lars::app
