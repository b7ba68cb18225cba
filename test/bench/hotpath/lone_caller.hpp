#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace lars::bench {

/// What one caller, which asks again when it is answered, found and cost.
struct LoneSample {
    double p50_us = 0;
    double requests = 0;
    double server_cpu_us = 0;
    double caller_cpu_us = 0;

    /// Of both, for each request.
    double cpu_us() const { return (server_cpu_us + caller_cpu_us) / requests; }
};

/// Calls `ask` on this thread, which answers whether that went well, for so long after a moment of
/// warming up; with `per_second`, evenly spaced, else without a pause. Throws when one fails.
LoneSample call_alone(
    const std::function<bool()>& ask,
    pid_t server,
    std::chrono::milliseconds time,
    double per_second = 0
);

/// Asks an echo as a blocking client does: a send, and a recv that waits.
class BlockingCaller {
public:
    explicit BlockingCaller(std::uint16_t port);
    ~BlockingCaller();
    BlockingCaller(const BlockingCaller&) = delete;
    BlockingCaller& operator=(const BlockingCaller&) = delete;

    bool ask();

private:
    int socket_;
};

/// Threads that never sleep, as long as it lives.
class BusyThreads {
public:
    explicit BusyThreads(int threads);
    ~BusyThreads();
    BusyThreads(const BusyThreads&) = delete;
    BusyThreads& operator=(const BusyThreads&) = delete;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace lars::bench
