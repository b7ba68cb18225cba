#include "process.hpp"

#include <time.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace lars::bench {

std::string program(const std::string& name) {
    return std::string(LARS_BIN) + '/' + name;
}

std::string bench_program(const std::string& name) {
    return std::string(LARS_BENCH_BIN) + '/' + name;
}

double cpu_us(pid_t process) {
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &used) != 0) {
        throw std::runtime_error("no CPU time of process " + std::to_string(process));
    }
    return double(used.tv_sec) * 1e6 + double(used.tv_nsec) / 1e3;
}

double memory_kib(pid_t process, const std::string& line) {
    const auto directory = std::filesystem::path("/proc") / std::to_string(process);
    std::ifstream status(directory / "status");
    for (std::string word; status >> word;) {
        if (word != line + ':') continue;
        double kib = 0;
        status >> kib;
        return kib;
    }
    throw std::runtime_error("no " + line + " of process " + std::to_string(process));
}

}  // namespace lars::bench
