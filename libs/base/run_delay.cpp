#include "base/run_delay.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdint>

namespace lars {

// "CPU time, run delay, time slices", the first two in nanoseconds.
std::chrono::nanoseconds run_delay() {
    std::array<char, 96> text{};
    const int file = ::open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    const auto size = ::read(file, text.data(), text.size());
    ::close(file);
    if (size <= 0) return {};
    const auto* const end = text.data() + size;
    std::int64_t cpu = 0;
    std::int64_t delay = 0;
    const auto* at = std::from_chars(text.data(), end, cpu).ptr;
    if (at < end) std::from_chars(at + 1, end, delay);
    return std::chrono::nanoseconds(delay);
}

}  // namespace lars
