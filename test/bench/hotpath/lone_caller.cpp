#include "lone_caller.hpp"

#include "figures.hpp"
#include "messages.hpp"
#include "process.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace lars::bench {
namespace {

using Clock = std::chrono::steady_clock;

class Pace {
public:
    explicit Pace(double per_second) : per_second_(per_second) {}

    void wait() {
        if (per_second_ == 0) return;
        std::this_thread::sleep_until(next_);
        next_ += std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double>(1 / per_second_)
        );
    }

private:
    double per_second_;
    Clock::time_point next_ = Clock::now();
};

void must(bool went_well) {
    if (!went_well) throw std::runtime_error("a lone caller wasn't answered");
}

}  // namespace

LoneSample call_alone(
    const std::function<bool()>& ask,
    pid_t server,
    std::chrono::milliseconds time,
    double per_second
) {
    ::prctl(PR_SET_TIMERSLACK, 1);
    Pace pace(per_second);
    for (const auto end = Clock::now() + time / 2; Clock::now() < end;) {
        pace.wait();
        must(ask());
    }
    LoneSample sample;
    std::vector<double> latencies_us;
    sample.server_cpu_us = -cpu_us(server);
    sample.caller_cpu_us = -thread_cpu_us();
    for (const auto end = Clock::now() + time; Clock::now() < end;) {
        pace.wait();
        const auto begin = Clock::now();
        must(ask());
        const std::chrono::duration<double, std::micro> took = Clock::now() - begin;
        latencies_us.push_back(took.count());
    }
    sample.caller_cpu_us += thread_cpu_us();
    sample.server_cpu_us += cpu_us(server);
    sample.requests = static_cast<double>(latencies_us.size());
    sample.p50_us = median(std::move(latencies_us));
    return sample;
}

BlockingCaller::BlockingCaller(std::uint16_t port)
    : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw std::runtime_error("no socket to the echo");
    }
}

BlockingCaller::~BlockingCaller() {
    ::close(socket_);
}

bool BlockingCaller::ask() {
    static const std::string request = [] {
        std::string out;
        Messages().get_host({1, 1}, 1, out);
        return out;
    }();
    std::array<char, 2048> answer{};
    if (::send(socket_, request.data(), request.size(), 0) < 0) return false;
    return ::recv(socket_, answer.data(), answer.size(), 0) > 0;
}

struct BusyThreads::State {
    std::atomic<bool> stop{false};
    std::vector<std::jthread> threads;
};

BusyThreads::BusyThreads(int threads) : state_(std::make_unique<State>()) {
    for (int i = 0; i < threads; ++i) {
        state_->threads.emplace_back([state = state_.get()] {
            while (!state->stop.load(std::memory_order_relaxed)) {
            }
        });
    }
}

BusyThreads::~BusyThreads() {
    state_->stop = true;
}

}  // namespace lars::bench
