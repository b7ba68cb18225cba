#pragma once

#include <sys/types.h>

#include <string>

namespace lars::bench {

/// A program of this build, by its name.
std::string program(const std::string& name);
/// A program of this build that only benchmarks use.
std::string bench_program(const std::string& name);

/// CPU time of the process so far, in microseconds. Throws when there is no such process.
double cpu_us(pid_t process);
/// A line of /proc/PID/status, such as VmRSS or VmHWM, in KiB.
double memory_kib(pid_t process, const std::string& line);

}  // namespace lars::bench
