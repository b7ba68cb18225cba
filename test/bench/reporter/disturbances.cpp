#include "disturbances.hpp"

#include <signal.h>

#include <algorithm>
#include <thread>

namespace lars::bench {
namespace {

using namespace std::chrono_literals;

constexpr auto kAwake = 100ms;
constexpr auto kAsleep = 1'400ms;

/// Goes on with them when it goes.
class Frozen {
public:
    explicit Frozen(const Pids& processes) : processes_(processes) { send(SIGSTOP); }
    ~Frozen() { send(SIGCONT); }
    Frozen(const Frozen&) = delete;
    Frozen& operator=(const Frozen&) = delete;

private:
    void send(int signal) {
        for (const auto process : processes_) ::kill(process, signal);
    }

    const Pids& processes_;
};

}  // namespace

void freeze(const Pids& processes, std::chrono::milliseconds length) {
    const Frozen frozen(processes);
    std::this_thread::sleep_for(length);
}

void starve(const Pids& processes, std::chrono::milliseconds length) {
    for (auto left = length; left > 0ms; left -= kAsleep + kAwake) {
        freeze(processes, std::min(left, kAsleep));
        std::this_thread::sleep_for(kAwake);
    }
}

}  // namespace lars::bench
