#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace lars::app {

/// Decides which of the lines that a trouble makes over and over are logged: each text at once, and
/// then once a minute with how often it came. Of very many texts a few are told apart; the others
/// are counted. No clock; belongs to one thread.
class RepeatedLine {
public:
    using Time = std::chrono::steady_clock::time_point;

    /// What to log now. Nothing: it is counted, and will be in a later line.
    std::optional<std::string> note(const std::string& text, Time now);
    /// The trouble is over. Answers how often it was noted; 0: there was none.
    std::uint64_t end();

private:
    struct Said {
        Time at;
        std::uint64_t since = 0;  ///< how often it came without being said
    };

    bool make_room(Time now);

    std::map<std::string, Said> said_;
    std::uint64_t others_ = 0;
    std::uint64_t noted_ = 0;
};

}  // namespace lars::app
