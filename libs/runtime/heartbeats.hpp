#pragma once

#include "runtime/runtime.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace lars::runtime {

/// When each context of a runtime last ran, by a timer on each: a context that is stuck in a
/// handler doesn't note the time any more.
class Heartbeats final : public Part {
public:
    Heartbeats(Runtime& runtime, spdlog::logger& log);

    std::string name() const override { return "heartbeats"; }
    void start() override;
    Awaitable<> stop() override;

    /// For how long the context hasn't run; of one that runs it is about half a second at most, or
    /// how long its longest handler takes. Any thread.
    Clock::duration silence(std::size_t context, Clock::time_point now) const;

private:
    struct Beat {
        Beat(const asio::any_io_executor& executor, spdlog::logger& log);
        TaskGroup tasks;
        std::atomic<Clock::time_point> last;
    };

    Awaitable<> beat(std::size_t context);
    Awaitable<> end(std::size_t context);

    Runtime& runtime_;
    std::vector<std::unique_ptr<Beat>> beats_;  // by context
};

}  // namespace lars::runtime
