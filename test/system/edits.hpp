#pragma once

#include "programs.hpp"

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace lars::test {

/// Edits of module 7.1 by a few writers, each one edit after another as a script with `lars route`
/// would: one that failed is made again, for at most 30 s. Each edit has an endpoint of its own.
class Edits {
public:
    using Clock = std::chrono::steady_clock;

    /// Adds the endpoints that will be removed.
    explicit Edits(const std::string& store);
    ~Edits() { stop(); }

    /// The writers take turns in choosing their store.
    void start(const std::vector<std::string>& stores);
    void stop();

    int begun() const { return begun_; }
    int committed() const;
    /// Whether that many more come to be committed.
    bool go_on(int more) const;
    int given_up() const { return given_up_; }
    /// What `lars` said of edits that were made again, and how often.
    std::map<std::string, int> failures() const;

    /// Endpoints of committed edits that the table should have and has not, or the other way round.
    std::vector<std::string> lost(const std::multiset<std::string>& table) const;
    /// The longest time between two commits since that moment.
    std::chrono::milliseconds longest_pause(Clock::time_point since) const;

private:
    struct Committed {
        bool add;
        std::string endpoint;
        Clock::time_point at;
    };

    void make(int number, const std::string& store);

    std::atomic<bool> stopping_{false};
    std::atomic<int> begun_{0};
    std::atomic<int> given_up_{0};
    mutable std::mutex mutex_;
    std::vector<Committed> committed_;
    std::map<std::string, int> failures_;
    std::vector<std::jthread> writers_;
};

}  // namespace lars::test
