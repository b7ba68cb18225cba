#pragma once

#include "support/catch.hpp"
#include "support/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lars::test {

/// A UDP agent of one shard that answers each datagram as the test says, with any number.
class FakeAgent {
public:
    using Answer = std::function<std::vector<std::string>(const std::string&)>;

    explicit FakeAgent(
        Answer answer, const std::string& address = "127.0.0.1", std::uint16_t port = 0
    )
        : answer_(std::move(answer)),
          address_(address),
          socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(port);
        REQUIRE(::inet_pton(AF_INET, address.c_str(), &where.sin_addr) == 1);
        socklen_t size = sizeof where;
        auto* const generic = reinterpret_cast<sockaddr*>(&where);
        REQUIRE(::bind(socket_, generic, size) == 0);
        ::getsockname(socket_, generic, &size);
        port_ = ntohs(where.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }
    ~FakeAgent() {
        stop_ = true;
        ::shutdown(socket_, SHUT_RDWR);  // wakes the thread
        thread_.join();
        ::close(socket_);
    }

    std::uint16_t port() const { return port_; }
    std::string address() const { return address_ + ':' + std::to_string(port_) + "/1"; }
    std::atomic<int> received{0};
    /// All that had been sent to it when this was called, also what it hadn't come to yet.
    int received_by_now() {
        const int before = markers_;
        UdpPeer(port_, address_.c_str()).send(kMarker);
        while (markers_ == before) std::this_thread::yield();
        return received;
    }
    /// Returns when the agent waits for the next datagram, and so allocates nothing: the child of a
    /// fork() can do so then, which sanitizers don't see to at other times.
    void await_idle() const {
        while (waits_ != received + markers_ + 1) std::this_thread::yield();
    }
    std::string last() const {
        const std::lock_guard lock(mutex_);
        return last_;
    }

private:
    void serve() {
        while (true) {
            std::string bytes(2048, '\0');
            sockaddr_in from{};
            socklen_t size = sizeof from;
            auto* generic = reinterpret_cast<sockaddr*>(&from);
            ++waits_;
            const auto got = ::recvfrom(socket_, bytes.data(), bytes.size(), 0, generic, &size);
            if (stop_) return;
            bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
            if (bytes == kMarker) {
                ++markers_;
                continue;
            }
            ++received;
            {
                const std::lock_guard lock(mutex_);
                last_ = bytes;
            }
            for (const auto& reply : answer_(bytes)) {
                ::sendto(socket_, reply.data(), reply.size(), 0, generic, size);
            }
        }
    }

    static constexpr const char* kMarker = "marker";

    Answer answer_;
    std::string address_;
    mutable std::mutex mutex_;
    std::string last_;
    int socket_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stop_{false};
    std::atomic<int> waits_{0};
    std::atomic<int> markers_{0};
    std::jthread thread_;
};

/// What an agent answers a GetHostRequest: 192.168.1.177:7777. Everything but the host is as the
/// request had it: seq is the first field, and its tag the same.
inline std::string host_answer(const std::string& request) {
    return frame(5, request.substr(8) + from_hex("2a0e08b183a085fcffffffff0110e13c"));
}

}  // namespace lars::test
