#pragma once

#include "metrics/registry.hpp"
#include "runtime/listen.hpp"
#include "runtime/runtime.hpp"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <future>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lars::test {

/// A runtime in a thread of its own, for the parts made with its members.
///
///     Running running;
///     Service service(running.runtime, …);
///     const auto stop = running.run({&service});  // stops before the service goes
class Running {
public:
    explicit Running(std::size_t threads = 2)
        : Running(runtime::Runtime::Options{.threads = threads, .handle_signals = false}) {}
    explicit Running(const runtime::Runtime::Options& options)
        : log("test", std::make_shared<spdlog::sinks::null_sink_mt>()), runtime(options, log) {}

    /// Stops the parts in order when it goes.
    class [[nodiscard]] Stop {
    public:
        explicit Stop(Running& running) : running_(&running) {}
        Stop(Stop&& other) noexcept : running_(std::exchange(other.running_, nullptr)) {}
        ~Stop() {
            if (running_) running_->stop();
        }

    private:
        Running* running_;
    };

    /// Throws what a part's start throws.
    Stop run(std::vector<runtime::Part*> parts) {
        // Why it didn't start, as a value: TSan doesn't see exceptions change threads.
        std::promise<std::optional<std::string>> started;
        auto outcome = started.get_future();
        thread_ = std::jthread([this, parts, started = std::move(started)]() mutable {
            try {
                ended = runtime.run(parts, [&] { started.set_value(std::nullopt); });
            } catch (const runtime::StartError& error) {
                started.set_value(error.what());
            }
        });
        if (const auto failure = outcome.get()) throw runtime::StartError(*failure);
        return Stop(*this);
    }

    void stop() {
        if (!thread_.joinable()) return;
        runtime.request_stop();
        thread_.join();
    }

    double count(const std::string& name, const metrics::Labels& labels = {}) const {
        return metrics.value(name, labels);
    }
    double bad_input(const std::string& kind) const {
        return count("lars_bad_input_total", {{"kind", kind}});
    }

    spdlog::logger log;
    metrics::Registry metrics;
    runtime::Runtime runtime;
    runtime::Runtime::Ended ended = runtime::Runtime::Ended::drained;

private:
    std::jthread thread_;
};

}  // namespace lars::test
