#pragma once

#include "metrics/bad_input.hpp"
#include "metrics/registry.hpp"

namespace lars::net {

/// What sessions count, looked up once for all of a context. Any thread.
struct SessionCounters {
    explicit SessionCounters(metrics::Registry& metrics);

    metrics::BadInput bad_input;
    metrics::Counter& slow_readers;  ///< closed above the high-water mark, or for a stalled write
    metrics::Counter& idle;          ///< closed for silence
};

}  // namespace lars::net
