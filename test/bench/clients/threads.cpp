#include "lars/client.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// Threads that ask the agent of LARS_AGENT through one client, each a few times a second, until
// standard input ends. threads.py looks at the process meanwhile.
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTimeout = std::chrono::milliseconds(500);
constexpr auto kPause = std::chrono::milliseconds(200);

class Crowd {
public:
    explicit Crowd(int count) {
        for (int i = 0; i < count; ++i)
            threads_.emplace_back([=, this] { run(kPause * i / count); });
    }
    void stop() {
        {
            const std::lock_guard lock(mutex_);
            enough_ = true;
        }
        stopped_.notify_all();
        for (auto& each : threads_) each.join();
    }
    void print() const {
        std::cout << "calls " << calls_ << "\nfailed_calls " << failed_ << "\nlongest_call_ms "
                  << double(longest_ns_) / 1e6 << "\nlast_failure_ns " << last_failure_ns_
                  << std::endl;
    }

private:
    // Begun apart from one another.
    void run(Clock::duration phase) {
        rest(phase);
        do {
            const auto begin = Clock::now();
            const bool answered = static_cast<bool>(client_.choose("payments"));
            const auto end = Clock::now();
            ++calls_;
            note_max(longest_ns_, end - begin);
            if (answered) continue;
            ++failed_;
            note_max(last_failure_ns_, end.time_since_epoch());
        } while (rest(kPause));
    }

    bool rest(Clock::duration time) {
        std::unique_lock lock(mutex_);
        return !stopped_.wait_for(lock, time, [this] { return enough_; });
    }

    static void note_max(std::atomic<std::int64_t>& max, std::chrono::nanoseconds time) {
        auto old = max.load();
        while (old < time.count() && !max.compare_exchange_weak(old, time.count())) {
        }
    }

    lars::Client client_{{.timeout = kTimeout}};
    std::atomic<std::int64_t> calls_{0};
    std::atomic<std::int64_t> failed_{0};
    std::atomic<std::int64_t> longest_ns_{0};
    std::atomic<std::int64_t> last_failure_ns_{0};  // of CLOCK_MONOTONIC
    std::mutex mutex_;
    std::condition_variable stopped_;
    bool enough_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "Usage: client_threads COUNT\n";
        return 2;
    }
    Crowd crowd(std::atoi(argv[1]));
    std::cout << "calling" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
    }
    crowd.stop();
    crowd.print();
    return 0;
}
