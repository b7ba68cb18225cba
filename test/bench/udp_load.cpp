#include "udp_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace lars::bench {

double exchange(std::uint16_t port, const std::string& datagram, int outstanding, int count) {
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    const timeval patience{5, 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < outstanding; ++i) ::send(socket, datagram.data(), datagram.size(), 0);
    std::array<char, 2048> answer;
    for (int received = 0; received < count; ++received) {
        if (::recv(socket, answer.data(), answer.size(), 0) < 0) {
            ::close(socket);
            throw std::runtime_error("no answer for five seconds");
        }
        if (received + outstanding < count) ::send(socket, datagram.data(), datagram.size(), 0);
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    ::close(socket);
    return took.count();
}

}  // namespace lars::bench
