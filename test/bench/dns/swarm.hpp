#pragma once

#include "marker.hpp"
#include "net/frame_reader.hpp"
#include "runtime/backoff.hpp"
#include "wire/frame.hpp"

#include <chrono>
#include <cstdint>
#include <queue>
#include <random>
#include <string>
#include <vector>

namespace lars::bench {

/// The sessions of many agents with one dns on loopback, on one thread. Each says Hello, asks for
/// modules 1/1, 2/1, … and reads what it is pushed; a lost one comes back as an agent's does.
///
/// Lines on standard output, with both clocks' nanoseconds:
///
///     served REAL MONOTONIC ATTEMPTS           every session now has all of its answers
///     marker MODID VALUE REAL MONOTONIC        every session has now seen these markers, up to
///     VALUE
class Swarm {
public:
    struct Options {
        std::uint16_t port = 0;
        int sessions = 0;
        int modules = 1;
        std::chrono::milliseconds hello_interval{2'000};
    };

    explicit Swarm(const Options& options);
    /// Until the process is killed.
    [[noreturn]] void run();

private:
    using Clock = std::chrono::steady_clock;

    struct Session {
        int socket = -1;
        bool connecting = false;
        int answers = 0;
        net::FrameReader reader{kMaxHelloBody};
        runtime::Backoff backoff{runtime::Backoff::Options()};
        Clock::time_point due;
        std::vector<std::uint32_t> seen;  // marker by module
    };

    struct Wake {
        Clock::time_point at;
        std::size_t session;
        bool operator>(const Wake& other) const { return at > other.at; }
    };

    void wake_due();
    int until_next_wake() const;
    void schedule(Session& session, std::chrono::milliseconds delay);
    void wake(Session& session);
    void handle_event(Session& session);
    void connect(Session& session);
    void begin(Session& session);
    void read(Session& session);
    void lose(Session& session);
    bool send(Session& session, const std::string& bytes);
    void watch(Session& session, int operation, std::uint32_t events);
    void take_route(Session& session);
    void count_answer(Session& session);

    Options options_;
    std::string hello_;
    std::string opening_;
    std::vector<Session> sessions_;
    std::vector<LowestMarker> lowest_;  // by module
    std::priority_queue<Wake, std::vector<Wake>, std::greater<>> wakes_;
    std::mt19937 random_{std::random_device{}()};
    GetRouteResponse response_;
    int epoll_;
    int served_ = 0;
    std::uint64_t attempts_ = 0;
};

}  // namespace lars::bench
