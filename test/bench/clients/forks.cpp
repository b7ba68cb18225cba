#include "lars/client.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

// Children of fork() that ask the agent of LARS_AGENT once each, with the client of their parent,
// whose threads ask all the time.
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kHangMs = 10'000;  // a call takes half a second at most

enum class Ended { answered, failed, hung, crashed };

Ended wait_for(pid_t child) {
    // glibc 2.36 declares its function in a way that C++ can't link.
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
    pollfd ended{handle, POLLIN, 0};
    const bool hangs = ::poll(&ended, 1, kHangMs) != 1;
    ::close(handle);
    if (hangs) ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (hangs) return Ended::hung;
    if (!WIFEXITED(status)) return Ended::crashed;
    return WEXITSTATUS(status) == 0 ? Ended::answered : Ended::failed;
}

int run(int forks, int threads) {
    lars::Client client;
    std::atomic<bool> enough{false};
    std::atomic<int> calls{0};
    std::atomic<int> failed_calls{0};
    std::vector<std::thread> callers;
    for (int i = 0; i < threads; ++i) {
        callers.emplace_back([&] {
            while (!enough) {
                if (!client.choose("payments")) ++failed_calls;
                ++calls;
            }
        });
    }
    int counts[4] = {};
    const auto begin = Clock::now();
    for (int i = 0; i < forks; ++i) {
        const auto child = ::fork();
        if (child < 0) {
            std::cerr << "client_forks: cannot fork\n";
            std::_Exit(1);
        }
        if (child == 0) ::_exit(client.choose("payments") ? 0 : 1);
        ++counts[static_cast<int>(wait_for(child))];
    }
    const std::chrono::duration<double> took = Clock::now() - begin;
    enough = true;
    for (auto& each : callers) each.join();
    std::cout << "children_answered " << counts[0] << "\nchildren_failed " << counts[1]
              << "\nchildren_hung " << counts[2] << "\nchildren_crashed " << counts[3]
              << "\nforks_per_s " << forks / took.count() << "\nparent_calls " << calls
              << "\nparent_failed_calls " << failed_calls << std::endl;
    return counts[2] + counts[3] == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "Usage: client_forks FORKS THREADS\n";
        return 2;
    }
    int threads = std::atoi(argv[2]);
#ifdef __SANITIZE_ADDRESS__
    // GCC 12's doesn't free its allocator for a child: what another thread held of it is held for
    // ever.
    threads = 0;
#endif
    return run(std::atoi(argv[1]), threads);
}
