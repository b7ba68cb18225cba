#pragma once

#include "figures.hpp"

namespace lars::bench {

/// What get_host costs, in CPU and memory, with many modules and with large ones.
void measure_sizes(const Settings& settings, Figures& figures);

/// How long an agent's handlers hold up a shard, and callers, while a large route changes, metrics
/// are scraped and calls reported.
void measure_disturbance(const Settings& settings, Figures& figures);

/// What bad datagrams cost beside good ones.
void measure_bad_input(const Settings& settings, Figures& figures);

}  // namespace lars::bench
