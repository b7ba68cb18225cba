#include "support/scripted_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace lars::test {
namespace {

bool receive_exactly(int socket, char* bytes, std::size_t size) {
    return size == 0 || ::recv(socket, bytes, size, MSG_WAITALL) == static_cast<ssize_t>(size);
}

std::int32_t load(const char* bytes) {  // tests run on little-endian machines
    std::int32_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    return value;
}

}  // namespace

ScriptedServer::ScriptedServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept(); });
}

ScriptedServer::~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    drop_connections();
    sessions_.clear();
    ::close(listener_);
}

void ScriptedServer::accept() {
    while (true) {
        const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        const int on = 1;
        ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        const std::lock_guard lock(mutex_);
        connections_.push_back(socket);
        sessions_.emplace_back([this, socket] { serve(socket); });
    }
}

void ScriptedServer::serve(int socket) {
    char header[8];
    while (receive_exactly(socket, header, sizeof header)) {
        const auto id = load(header);
        std::string body(static_cast<std::size_t>(load(header + 4)), '\0');
        if (!receive_exactly(socket, body.data(), body.size())) break;
        std::pair<std::string, Pace> reply{"", Pace::at_once};
        {
            const std::lock_guard lock(mutex_);
            ++received_[id];
            bodies_[id] = body;
            if (const auto once = once_.extract(id)) {
                reply.first = once.mapped();
            } else if (const auto found = answers_.find(id); found != answers_.end()) {
                reply = found->second;
            }
        }
        send(socket, reply.first, reply.second);
    }
    const std::lock_guard lock(mutex_);
    connections_.erase(std::find(connections_.begin(), connections_.end(), socket));
    ::close(socket);
}

void ScriptedServer::send(int socket, const std::string& bytes, Pace pace) {
    const auto step = pace == Pace::at_once ? std::max<std::size_t>(bytes.size(), 1) : 1;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        ::send(socket, bytes.data() + at, step, MSG_NOSIGNAL);
    }
}

void ScriptedServer::answer(std::int32_t id, const std::string& bytes, Pace pace) {
    const std::lock_guard lock(mutex_);
    answers_[id] = {bytes, pace};
}

void ScriptedServer::answer_once(std::int32_t id, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    once_[id] = bytes;
}

void ScriptedServer::push(const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    for (const auto socket : connections_) send(socket, bytes, Pace::at_once);
}

void ScriptedServer::drop_connections() {
    const std::lock_guard lock(mutex_);
    for (const auto socket : connections_) ::shutdown(socket, SHUT_RDWR);
}

int ScriptedServer::received(std::int32_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = received_.find(id);
    return found == received_.end() ? 0 : found->second;
}

std::string ScriptedServer::last_body(std::int32_t id) const {
    const std::lock_guard lock(mutex_);
    const auto found = bodies_.find(id);
    return found == bodies_.end() ? "" : found->second;
}

}  // namespace lars::test
