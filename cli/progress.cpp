#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <utility>

namespace lars::cli {
namespace {

constexpr std::size_t kWidth = 40;
constexpr auto kMoment = std::chrono::milliseconds(300);
constexpr auto kRedraw = std::chrono::milliseconds(100);
constexpr auto kLineEvery = std::chrono::seconds(2);

}  // namespace

ProgressBar::ProgressBar(std::size_t total, std::string what)
    : total_(total),
      what_(std::move(what)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      next_(std::chrono::steady_clock::now()) {
    next_ += terminal_ ? std::chrono::milliseconds(kMoment) : kLineEvery;
}

ProgressBar::~ProgressBar() {
    if (drawn_ && terminal_) std::fputc('\n', stderr);
}

void ProgressBar::show(std::size_t done) {
    const auto now = std::chrono::steady_clock::now();
    const bool last = drawn_ && done == total_ && shown_ != total_;
    if (total_ == 0 || (now < next_ && !last)) return;
    drawn_ = true;
    shown_ = done;
    if (!terminal_) {
        next_ = now + kLineEvery;
        std::fprintf(stderr, "%zu of %zu %s\n", done, total_, what_.c_str());
        return;
    }
    next_ = now + kRedraw;
    const auto filled = kWidth * done / total_;
    const auto bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
    std::fprintf(
        stderr,
        "\r[%s] %3zu%%  %zu of %zu %s",
        bar.c_str(),
        100 * done / total_,
        done,
        total_,
        what_.c_str()
    );
    std::fflush(stderr);
}

}  // namespace lars::cli
