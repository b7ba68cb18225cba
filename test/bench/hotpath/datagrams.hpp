#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lars::bench {

/// A UDP socket on loopback that sends and receives many datagrams with one system call each.
class Datagrams {
public:
    static constexpr std::size_t kMax = 256;
    static constexpr std::size_t kLargest = 512;

    Datagrams();
    ~Datagrams();
    Datagrams(const Datagrams&) = delete;
    Datagrams& operator=(const Datagrams&) = delete;

    /// Where to write the next datagram; at kMax of them, sends them first.
    std::string& to(std::uint16_t port);
    /// Sends them all. What the kernel doesn't take is lost, like what it drops later.
    void send();

    /// Those that are there, once there is one or the time is over; valid until the next call.
    const std::vector<std::string_view>& receive(std::chrono::nanoseconds timeout);

private:
    int socket_;
    std::vector<std::string> out_;
    std::vector<sockaddr_in> to_;
    std::size_t waiting_ = 0;
    std::vector<std::array<char, kLargest>> in_;
    std::vector<std::string_view> received_;
    std::vector<iovec> parts_;
    std::vector<mmsghdr> headers_;
};

}  // namespace lars::bench
