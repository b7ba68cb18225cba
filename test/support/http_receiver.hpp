#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lars::test {

/// An HTTP server on loopback that takes POSTs, one at a time. Thread-safe.
class HttpReceiver {
public:
    HttpReceiver();
    ~HttpReceiver();
    HttpReceiver(const HttpReceiver&) = delete;
    HttpReceiver& operator=(const HttpReceiver&) = delete;

    std::string url(const std::string& path = "/") const;
    /// From now on; 200 at first.
    void answer(int status) { status_ = status; }
    /// How far its clock is ahead of this machine's, as its answers' Date says.
    void set_clock_ahead(std::chrono::seconds ahead) { ahead_s_ = ahead.count(); }

    int requests() const { return requests_; }
    /// What was posted, if it was answered with 200.
    std::vector<std::string> bodies() const;
    /// How many of them have this in them.
    int with(const std::string& text) const;
    std::string last_head() const;

private:
    void serve();
    void serve(int socket);

    int listener_;
    std::uint16_t port_ = 0;
    std::atomic<int> status_{200};
    std::atomic<int> requests_{0};
    std::atomic<std::chrono::seconds::rep> ahead_s_{0};
    mutable std::mutex mutex_;
    std::vector<std::string> bodies_;
    std::string head_;
    std::jthread thread_;
};

}  // namespace lars::test
