#include "cli/interrupt.hpp"

#include "cli/errors.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace lars::cli {
namespace {

using namespace std::chrono_literals;

// A signal handler has no other way to say something; a byte in a pipe ends a wait that begins
// later, too.
std::array<int, 2> pipe_ends{-1, -1};

void note(int) {
    const int error = errno;
    const char byte = 0;
    // It is full when many signals came, which is as good.
    [[maybe_unused]] const auto written = ::write(pipe_ends[1], &byte, 1);
    errno = error;
}

bool readable(std::chrono::milliseconds timeout) {
    pollfd wait{pipe_ends[0], POLLIN, 0};
    return ::poll(&wait, 1, static_cast<int>(timeout.count())) == 1;
}

}  // namespace

Interrupt::Interrupt() {
    if (::pipe2(pipe_ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) {
        throw Failure(std::string("no pipe: ") + std::strerror(errno));
    }
    std::signal(SIGINT, note);
    std::signal(SIGTERM, note);
}

Interrupt::~Interrupt() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    for (const int end : pipe_ends) ::close(end);
}

Interrupt::operator bool() const {
    return readable(0ms);
}

void Interrupt::wait_until(Clock::time_point time) const {
    constexpr std::chrono::milliseconds kLongest = 1h;  // poll counts milliseconds in an int
    for (auto now = Clock::now(); now < time; now = Clock::now()) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - now);
        if (readable(std::min(left, kLongest))) return;
    }
}

}  // namespace lars::cli
