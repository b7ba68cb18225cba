#pragma once

#include <atomic>
#include <csignal>

namespace lars::cli {

/// Notes SIGINT and SIGTERM while it lives, for loops that end by themselves.
class Interrupt {
public:
    Interrupt() {
        wanted() = false;
        std::signal(SIGINT, note);
        std::signal(SIGTERM, note);
    }
    ~Interrupt() {
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
    }
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    explicit operator bool() const { return wanted(); }

private:
    // A signal handler has no other way to say something.
    static std::atomic<bool>& wanted() {
        static std::atomic<bool> flag{false};
        return flag;
    }
    static void note(int) { wanted() = true; }
};

}  // namespace lars::cli
