#pragma once

#include <fstream>
#include <string>
#include <vector>

namespace lars::cli {

/// Changes of endpoints' states, as an agent writes them to a log that grows.
class LogEvents {
public:
    /// From here on; an empty path has none. Throws Failure when it can't be opened.
    explicit LogEvents(const std::string& path);

    /// The lines of such changes that were written since the last call.
    std::vector<std::string> drain();

private:
    std::ifstream log_;
    std::string rest_;  // of a line that isn't whole yet
};

}  // namespace lars::cli
