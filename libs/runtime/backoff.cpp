#include "runtime/backoff.hpp"

#include <algorithm>

namespace lars::runtime {
namespace {

// More would shift a first delay of some hours out of 64 bits.
constexpr unsigned kMaxDoublings = 30;

}  // namespace

std::chrono::milliseconds Backoff::next(std::uint32_t random) {
    const auto doublings = std::min(attempts_++, kMaxDoublings);
    const auto unbounded = std::uint64_t(options_.first.count()) << doublings;
    const auto ceiling = std::min(unbounded, std::uint64_t(options_.max.count()));
    const auto jitter = (ceiling / 2 * random) >> 32;
    return std::chrono::milliseconds(ceiling - ceiling / 2 + jitter);
}

}  // namespace lars::runtime
