#pragma once

#include <sys/types.h>

#include <string>

namespace lars::bench {

/// CPU time of all threads that the process has now, in microseconds.
double cpu_us(pid_t process);
/// A line of /proc/PID/status, such as VmRSS or VmHWM, in KiB.
double memory_kib(pid_t process, const std::string& line);

}  // namespace lars::bench
