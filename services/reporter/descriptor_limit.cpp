#include "reporter/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <limits>

namespace lars::reporter {
namespace {

// The store has up to four for each connection; the rest is for pages and receivers.
constexpr std::size_t kReserved = 64;
constexpr std::size_t kReservedByThread = 4;  // what Asio waits and wakes with

}  // namespace

std::uint32_t agents_within(std::uint32_t wanted, std::size_t descriptors, std::size_t threads) {
    const auto reserved = std::min(kReserved + kReservedByThread * threads, descriptors / 2);
    const auto left = std::max<std::size_t>(descriptors - reserved, 1);
    return static_cast<std::uint32_t>(std::min<std::size_t>(wanted, left));
}

std::size_t descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return std::numeric_limits<std::size_t>::max();
    }
    return limit.rlim_cur;
}

}  // namespace lars::reporter
