#include "local_connection.hpp"

#include "base/frame.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <span>

namespace lars::client {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{16} << 20;

bool await(int socket, short events, LocalConnection::Clock::time_point deadline) {
    while (true) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - LocalConnection::Clock::now());
        if (left.count() <= 0) return false;
        pollfd waited{socket, events, 0};
        const auto ready =
            ::poll(&waited, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

}  // namespace

std::string LocalConnection::open(const std::string& path) {
    close();
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    if (path.size() >= sizeof where.sun_path) return path + ": the path is too long for a socket";
    std::memcpy(where.sun_path, path.c_str(), path.size() + 1);
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket_ < 0) return std::string("no socket: ") + std::strerror(errno);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0) return "";
    const auto failure = errno;
    close();
    const auto advice = failure == EACCES || failure == EPERM
                            ? "; who registers services is root, or in the group of the socket"
                        : failure == ENOENT || failure == ECONNREFUSED ? "; is the agent running?"
                                                                       : "";
    return path + ": " + std::strerror(failure) + advice;
}

void LocalConnection::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

bool LocalConnection::send(const std::string& bytes, Clock::time_point deadline) {
    for (std::size_t sent = 0; sent < bytes.size();) {
        const auto size =
            ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (size > 0) {
            sent += static_cast<std::size_t>(size);
        } else if (errno != EINTR && (errno != EAGAIN || !await(socket_, POLLOUT, deadline))) {
            return false;
        }
    }
    return true;
}

bool LocalConnection::receive(std::string& into, std::size_t size, Clock::time_point deadline) {
    into.resize(size);
    for (std::size_t got = 0; got < size;) {
        const auto count = ::recv(socket_, into.data() + got, size - got, MSG_DONTWAIT);
        if (count > 0) {
            got += static_cast<std::size_t>(count);
        } else if (count == 0) {
            return false;
        } else if (errno != EINTR && (errno != EAGAIN || !await(socket_, POLLIN, deadline))) {
            return false;
        }
    }
    return true;
}

std::optional<std::string> LocalConnection::request(
    const std::string& frame, Clock::time_point deadline
) {
    std::string header;
    std::string body;
    if (send(frame, deadline) && receive(header, kFrameHeaderSize, deadline)) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(header.data());
        const auto size =
            decode_header(std::span<const std::uint8_t, kFrameHeaderSize>(bytes, kFrameHeaderSize))
                .msglen;
        const bool sensible = size >= 0 && static_cast<std::size_t>(size) <= kMaxAnswer;
        if (sensible && receive(body, static_cast<std::size_t>(size), deadline)) return body;
    }
    close();
    return {};
}

bool LocalConnection::has_ended() {
    char byte = 0;
    const auto count = ::recv(socket_, &byte, 1, MSG_DONTWAIT);
    return count >= 0 || (errno != EAGAIN && errno != EINTR);
}

std::string default_socket() {
    const auto* named = std::getenv("LARS_SOCKET");
    return named && *named ? named : "/run/lars/agent.sock";
}

}  // namespace lars::client
