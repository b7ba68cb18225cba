#include "request_load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace lars::bench {
namespace {

constexpr int kTimeout = 60'000;  // milliseconds

int connect_loopback(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(socket);
        throw std::runtime_error("no connection to port " + std::to_string(port));
    }
    return socket;
}

}  // namespace

RequestLoad::RequestLoad(std::uint16_t port, int connections, const std::string& greeting)
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)), connections_(static_cast<std::size_t>(connections)) {
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        connections_[i].socket = connect_loopback(port);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event);
    }
    exchange({greeting}, connections);
}

RequestLoad::~RequestLoad() {
    for (const auto& connection : connections_) ::close(connection.socket);
    ::close(epoll_);
}

double RequestLoad::exchange(const std::vector<std::string>& requests, int count) {
    const auto begin = std::chrono::steady_clock::now();
    const auto wanted = static_cast<std::size_t>(count);
    std::size_t sent = 0;
    const auto send_next = [&](const Connection& connection) {
        if (sent < wanted) send(connection, requests[sent++ % requests.size()]);
    };
    for (const auto& connection : connections_) send_next(connection);
    std::array<epoll_event, 128> events;
    for (std::size_t answered = 0; answered < wanted;) {
        const int ready = ::epoll_wait(epoll_, events.data(), events.size(), kTimeout);
        if (ready <= 0) throw std::runtime_error("no answer for a minute");
        for (int e = 0; e < ready; ++e) {
            auto& connection = connections_[events[static_cast<std::size_t>(e)].data.u64];
            if (!receive(connection)) continue;
            ++answered;
            send_next(connection);
        }
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    return took.count();
}

void RequestLoad::send(const Connection& connection, const std::string& bytes) {
    const auto size = ::send(connection.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size != static_cast<ssize_t>(bytes.size())) throw std::runtime_error("cannot send");
}

bool RequestLoad::receive(Connection& connection) {
    const auto space = connection.reader.prepare();
    const auto size = ::recv(connection.socket, space.data(), space.size(), 0);
    if (size <= 0) throw std::runtime_error("a connection was closed");
    connection.reader.commit(static_cast<std::size_t>(size));
    const auto frame = connection.reader.next();
    if (frame) answer_size_ = frame->body.size();
    return frame.has_value();
}

}  // namespace lars::bench
