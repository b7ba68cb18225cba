#include "cli/echo_server.hpp"

#include "cli/errors.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>

namespace lars::cli {
namespace {

constexpr std::string_view kWords = "which node do I call now?";
constexpr int kTimeout = 200;  // milliseconds

class Socket {
public:
    explicit Socket(int descriptor) : descriptor_(descriptor) {}
    ~Socket() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int get() const { return descriptor_; }
    bool readable() const {
        pollfd wait{descriptor_, POLLIN, 0};
        return ::poll(&wait, 1, kTimeout) == 1;
    }

private:
    int descriptor_;
};

}  // namespace

EchoServer::EchoServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
        const std::string why = std::strerror(errno);
        ::close(listener_);
        throw Failure("cannot start an example server: " + why);
    }
    local_ = Endpoint::from_ipv4(INADDR_LOOPBACK, ntohs(address.sin_port));
    thread_ = std::jthread([this] { serve(); });
}

EchoServer::~EchoServer() {
    ::shutdown(listener_, SHUT_RDWR);  // ends accept()
    thread_.join();
    ::close(listener_);
}

void EchoServer::serve() {
    while (true) {
        const Socket peer(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
        if (peer.get() < 0) return;
        if (manner_ == Manner::hangs_up || !peer.readable()) continue;
        std::array<char, 256> bytes;
        const auto size = ::recv(peer.get(), bytes.data(), bytes.size(), 0);
        if (size > 0) ::send(peer.get(), bytes.data(), static_cast<size_t>(size), MSG_NOSIGNAL);
    }
}

bool call_echo(const std::string& address, int port) {
    const Socket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, address.c_str(), &to.sin_addr);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        return false;
    if (::send(socket.get(), kWords.data(), kWords.size(), MSG_NOSIGNAL) < 0) return false;
    std::array<char, 256> bytes;
    if (!socket.readable()) return false;
    const auto size = ::recv(socket.get(), bytes.data(), bytes.size(), 0);
    return size > 0 && std::string_view(bytes.data(), static_cast<std::size_t>(size)) == kWords;
}

}  // namespace lars::cli
