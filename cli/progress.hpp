#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace lars::cli {

/// How far something is, on standard error: a bar on a terminal, elsewhere a line now and then.
/// Nothing when it takes less than a moment.
class ProgressBar {
public:
    ProgressBar(std::size_t total, std::string what);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void show(std::size_t done);

private:
    std::size_t total_;
    std::string what_;
    bool terminal_;
    bool drawn_ = false;
    std::size_t shown_ = 0;
    std::chrono::steady_clock::time_point next_;
};

}  // namespace lars::cli
