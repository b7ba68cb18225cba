#include "metrics/instruments.hpp"

#include <algorithm>

namespace lars::metrics {

void Histogram::observe(double value) {
    const auto range = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    counts_[static_cast<std::size_t>(range)].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(value, std::memory_order_relaxed);
}

}  // namespace lars::metrics
