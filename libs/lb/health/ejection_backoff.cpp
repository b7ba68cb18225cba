#include "lb/health/ejection_backoff.hpp"

#include "lb/random.hpp"

#include <algorithm>

namespace lars::lb {
namespace {

/// 0 to 255, as good as random. It depends on nothing but who is ejected and when, so that reports
/// draw no random numbers.
std::int64_t scattered(Slot slot, Time now) {
    return static_cast<std::int64_t>(
        Random(static_cast<std::uint64_t>(now.count()) + slot)() >> 56
    );
}

}  // namespace

Time EjectionBackoff::next(const HealthOptions& options, Slot slot, Time now) {
    Time lasts = options.ejection;
    for (int i = 0; i < ejections_ && lasts < options.max_ejection; ++i) lasts *= 2;
    lasts = std::min<Time>(lasts, options.max_ejection);
    // Those that broke together aren't all tried together: then the first one that is well again is
    // found sooner.
    if (ejections_ > 0) lasts -= lasts / 2 * scattered(slot, now) / 256;
    ejections_ += ejections_ != UINT8_MAX;
    return lasts;
}

}  // namespace lars::lb
