#pragma once

#include <sys/types.h>

#include <chrono>
#include <vector>

namespace lars::bench {

using Pids = std::vector<pid_t>;

/// SIGSTOP for the processes, and SIGCONT after that time: their kernel goes on to take
/// connections.
void freeze(const Pids& processes, std::chrono::milliseconds length);

/// The processes have 100 ms in each 1.5 s, for that time.
void starve(const Pids& processes, std::chrono::milliseconds length);

}  // namespace lars::bench
