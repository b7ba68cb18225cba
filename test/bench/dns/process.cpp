#include "process.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace lars::bench {
namespace {

std::filesystem::path directory_of(pid_t process) {
    return std::filesystem::path("/proc") / std::to_string(process);
}

}  // namespace

double cpu_us(pid_t process) {
    double nanoseconds = 0;
    for (const auto& task : std::filesystem::directory_iterator(directory_of(process) / "task")) {
        double on_cpu = 0;
        std::ifstream(task.path() / "schedstat") >> on_cpu;
        nanoseconds += on_cpu;
    }
    return nanoseconds / 1e3;
}

double memory_kib(pid_t process, const std::string& line) {
    std::ifstream status(directory_of(process) / "status");
    for (std::string word; status >> word;) {
        if (word != line + ':') continue;
        double kib = 0;
        status >> kib;
        return kib;
    }
    throw std::runtime_error("no " + line + " of process " + std::to_string(process));
}

}  // namespace lars::bench
