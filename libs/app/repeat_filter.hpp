#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lars::app {

/// Cuts lines of a log that come again and again: of the same text, so many are written in a
/// window, and the others are counted. No clock; belongs to one thread, or is locked by its owner.
class RepeatFilter {
public:
    using Time = std::chrono::steady_clock::time_point;

    struct Options {
        std::size_t max_times = 10;  ///< of one text in a window
        /// Begins with a text's first line.
        std::chrono::milliseconds window{60'000};
        /// Texts that are remembered; of those that weren't cut, the oldest is forgotten first.
        std::size_t max_texts = 64;
    };

    /// A text whose window is over, and how many of its lines weren't written.
    struct Cut {
        std::string text;  ///< its first kShown bytes
        std::uint64_t times = 0;
    };
    static constexpr std::size_t kShown = 200;

    explicit RepeatFilter(const Options& options) : options_(options) {}

    /// Whether a line is to be written.
    bool admits(std::string_view text, Time now);
    /// When drain() has something to say; nothing while no line was cut.
    std::optional<Time> next_due() const;
    /// What was cut in windows that are over.
    std::vector<Cut> drain(Time now);
    /// What was cut in all windows, which begin anew.
    std::vector<Cut> drain_all();

private:
    struct Entry {
        std::size_t hash;
        std::size_t size;
        std::string shown;
        Time begun;
        std::uint64_t written = 0;
        std::uint64_t cut = 0;
    };

    void remember(std::string_view text, std::size_t hash, Time now);

    Options options_;
    std::vector<Entry> entries_;  // the oldest window first
};

}  // namespace lars::app
