#include "cli/child_process.hpp"

#include "cli/errors.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

namespace lars::cli {
namespace {

sigset_t queued_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCHLD}) {
        ::sigaddset(&signals, each);
    }
    return signals;
}

// In the child: its failure goes to the parent as an errno.
[[noreturn]] void run(char* const* arguments, int failures, pid_t parent) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    std::signal(SIGPIPE, SIG_DFL);
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() == parent) ::execvp(arguments[0], arguments);
    const int failure = errno;
    static_cast<void>(::write(failures, &failure, sizeof failure) == 0);
    ::_exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::array<int, 2> failures{};
    if (::pipe2(failures.data(), O_CLOEXEC) != 0) {
        throw Failure(std::string("no pipe: ") + std::strerror(errno));
    }
    const auto parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) run(arguments.data(), failures[1], parent);
    ::close(failures[1]);
    int failure = pid_ < 0 ? errno : 0;
    if (pid_ > 0 && ::read(failures[0], &failure, sizeof failure) != sizeof failure) failure = 0;
    ::close(failures[0]);
    if (failure == 0) return;
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    throw Failure(command.front() + ": " + std::strerror(failure));
}

void ChildProcess::send(int signal) const {
    if (!status_) ::kill(-pid_, signal);
}

std::optional<int> ChildProcess::status() {
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        status_ = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    return status_;
}

SignalQueue::SignalQueue() {
    const auto signals = queued_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

SignalQueue::~SignalQueue() {
    const auto signals = queued_signals();
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

std::optional<int> SignalQueue::next(std::chrono::milliseconds time) {
    const auto signals = queued_signals();
    const timespec timeout{time.count() / 1'000, time.count() % 1'000 * 1'000'000};
    const int signal = ::sigtimedwait(&signals, nullptr, &timeout);
    if (signal < 0) return {};
    return signal;
}

}  // namespace lars::cli
