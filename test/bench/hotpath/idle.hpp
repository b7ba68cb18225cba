#pragma once

#include "figures.hpp"

namespace lars::bench {

/// One caller on a machine that has nothing else to do, at an agent that looks before it sleeps,
/// with a client that does, beside both without that, and beside a blocking echo with a blocking
/// caller. They take turns.
///
/// idle_p50_us, idle_p50_ratio (to the echo's), idle_cpu_ratio (CPU of agent and caller for each
/// request, to that of the two that never look); the same at 100 requests a second, slow_..., and
/// beside four threads that never sleep, busy_.... slow_noise_ratio is of two pairs that both never
/// look.
void measure_idle(Figures& figures, const Settings& settings, int rounds);

}  // namespace lars::bench
