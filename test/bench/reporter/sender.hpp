#pragma once

#include "agent/reporter_link.hpp"
#include "runtime/runtime.hpp"

#include <atomic>
#include <memory>
#include <random>
#include <vector>

namespace lars::bench {

/// Many agents' links to reporters, real ones, with calls that are made up and counted. Runs on one
/// context.
class Senders : public runtime::Part {
public:
    struct Options {
        int agents = 50;
        int modules = 10;    ///< that each agent calls
        int endpoints = 10;  ///< of a module
        int all_modules = 200;
        std::chrono::milliseconds interval{1'000};
        std::vector<std::uint16_t> reporters;
    };

    Senders(
        runtime::Runtime& runtime,
        std::size_t context,
        const Options& options,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    std::string name() const override { return "senders"; }
    void start() override;
    Awaitable<> stop() override;

    /// Any thread: no more calls from now on.
    void end_calls() { ended_ = true; }
    /// How many agents have delivered all.
    int delivered() const { return delivered_; }
    /// So far. Any thread.
    std::uint64_t calls() const { return calls_; }

private:
    Awaitable<> call(std::size_t agent);
    std::vector<agent::ModuleCalls> made_up(std::size_t agent);
    std::uint32_t random(std::uint32_t max);

    Options options_;
    asio::any_io_executor executor_;
    std::vector<std::unique_ptr<agent::ReporterLink>> links_;
    std::mt19937 random_{7};
    std::atomic<bool> ended_{false};
    std::atomic<int> delivered_{0};
    std::atomic<std::uint64_t> calls_{0};
    runtime::TaskGroup tasks_;
};

}  // namespace lars::bench
