#pragma once

#include "requests.hpp"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace lars::client {

/// Follows the route of one module and its endpoints' states, by asking the agent again and again:
/// as long as nothing changes, its answer has no endpoints in it. Has a thread of its own.
class Watch {
public:
    struct Options {
        std::string name;  ///< of the module; empty: its ids count
        ModuleId module;
        std::chrono::milliseconds interval{250};
        std::function<void()> changed;  ///< called by the watch's thread; may be empty
    };

    /// `requests` lives longer. Throws std::system_error.
    Watch(Requests& requests, Options options);
    /// Waits for a question that is on its way, and for `changed`.
    ~Watch();
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;

    /// Readable from a change on until read() is called.
    int descriptor() const { return descriptor_; }
    /// What is known, and the lars_code of the latest question.
    int read(RouteAnswer& route);

private:
    void run();
    void take(int code, RouteAnswer route);
    /// Whether the watch goes on.
    bool pause();

    Requests& requests_;
    Options options_;
    int descriptor_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool ends_ = false;
    int code_;
    RouteAnswer known_;
    std::thread thread_;
};

}  // namespace lars::client
