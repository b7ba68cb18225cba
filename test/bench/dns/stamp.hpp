#pragma once

#include <time.h>

#include <cstdint>

namespace lars::bench {

/// One moment on both clocks, in nanoseconds: CLOCK_REALTIME compares with logs, CLOCK_MONOTONIC
/// measures. Both are the same in all processes of a machine.
struct Stamp {
    std::int64_t real = 0;
    std::int64_t monotonic = 0;

    static Stamp now() { return {read(CLOCK_REALTIME), read(CLOCK_MONOTONIC)}; }

private:
    static std::int64_t read(clockid_t clock) {
        timespec time{};
        ::clock_gettime(clock, &time);
        return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    }
};

inline double seconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e9;
}
inline double milliseconds(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e6;
}

}  // namespace lars::bench
