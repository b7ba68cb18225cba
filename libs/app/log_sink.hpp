#pragma once

#include "app/repeat_filter.hpp"
#include "metrics/instruments.hpp"

#include <spdlog/sinks/sink.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>

namespace lars::app {

/// What a log counts of the lines that it doesn't write.
struct LogCounters {
    metrics::Counter& dropped;   ///< no room, or they couldn't be written
    metrics::Counter& repeated;  ///< the same had come too often
};

/// Writes log lines to a descriptor, whatever that is: a file, a terminal, a socket, a pipe that is
/// full or that nobody reads any more.
///
/// Nobody who logs waits for it: lines are kept in memory, up to a bound, and written by a thread
/// of the sink's own. What finds no room or can't be written is dropped and counted, and how many
/// lines are missing is written as soon as that can be. Lines that come again and again are cut.
/// Any thread, except for the constructor and destructor.
class LogSink final : public spdlog::sinks::sink {
public:
    struct Options {
        std::size_t max_bytes = 256 << 10;  ///< that may wait
        /// How long flush() and the destructor wait for what hasn't been written.
        std::chrono::milliseconds drain_timeout{500};
        RepeatFilter::Options repeats;
    };

    /// `name` is the logger's, for the lines about missing lines. Takes a duplicate of the
    /// descriptor. The counters must outlive this.
    LogSink(
        int descriptor, const std::string& name, const LogCounters& counters, const Options& options
    );
    /// Writes what it can within the drain timeout.
    ~LogSink() override;

    void log(const spdlog::details::log_msg& message) override;
    /// Waits until all is written, at most for the drain timeout: only for who leaves the process.
    void flush() override;
    void set_pattern(const std::string& pattern) override;
    void set_formatter(std::unique_ptr<spdlog::formatter> formatter) override;

private:
    class Core;

    // Shared with the thread, which is left behind should the descriptor never take its bytes.
    std::shared_ptr<Core> core_;
    std::thread thread_;
};

}  // namespace lars::app
