#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace lars::cli {

/// A program that runs as a child, in a process group of its own, so that a terminal's Ctrl-C goes
/// to its parent only. It is told to end when the parent dies.
class ChildProcess {
public:
    /// Throws Failure when it can't be run.
    explicit ChildProcess(const std::vector<std::string>& command);

    pid_t pid() const { return pid_; }
    void send(int signal) const;
    /// Its exit status once it has ended, as shells have it: 128 + n for one that signal n ended.
    std::optional<int> status();

private:
    pid_t pid_ = -1;
    std::optional<int> status_;
};

/// Signals that come to this process while this lives, one after the other.
class SignalQueue {
public:
    SignalQueue();
    ~SignalQueue();
    SignalQueue(const SignalQueue&) = delete;
    SignalQueue& operator=(const SignalQueue&) = delete;

    /// The next one; nothing when none comes for so long. SIGCHLD too.
    std::optional<int> next(std::chrono::milliseconds time);
};

}  // namespace lars::cli
