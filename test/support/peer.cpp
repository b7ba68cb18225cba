#include "support/peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace lars::test {
namespace {

constexpr int kTimeout = 60'000;  // milliseconds

int connect_loopback(int type, std::uint16_t port, const char* address = "127.0.0.1") {
    const int socket = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    ::inet_pton(AF_INET, address, &to.sin_addr);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(socket);
        throw std::runtime_error("cannot connect to port " + std::to_string(port));
    }
    return socket;
}

bool readable(int socket, int milliseconds) {
    pollfd wait{socket, POLLIN, 0};
    return ::poll(&wait, 1, milliseconds) == 1;
}

std::int32_t little_endian(const std::string& bytes, std::size_t at) {
    std::uint32_t value = 0;
    for (int i = 3; i >= 0; --i) {
        value = value << 8 | static_cast<std::uint8_t>(bytes[at + static_cast<std::size_t>(i)]);
    }
    return static_cast<std::int32_t>(value);
}

}  // namespace

std::string from_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    }
    return bytes;
}

std::string to_hex(const std::string& bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string hex;
    for (const auto each : bytes) {
        const auto byte = static_cast<std::uint8_t>(each);
        hex += kDigits[byte >> 4];
        hex += kDigits[byte & 15];
    }
    return hex;
}

std::string frame(std::int32_t id, const std::string& body) {
    std::string bytes;
    for (const auto value :
         {static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(body.size())}) {
        for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return bytes + body;
}

TcpPeer::TcpPeer(std::uint16_t port) : socket_(connect_loopback(SOCK_STREAM, port)) {}

TcpPeer::~TcpPeer() {
    close();
}

void TcpPeer::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
}

bool TcpPeer::send(const std::string& bytes) {
    return ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
}

bool TcpPeer::receive_exactly(std::string& bytes) {
    std::size_t have = 0;
    while (have < bytes.size()) {
        if (!readable(socket_, kTimeout)) return false;
        const auto size = ::recv(socket_, bytes.data() + have, bytes.size() - have, 0);
        if (size <= 0) return false;
        have += static_cast<std::size_t>(size);
    }
    return true;
}

std::optional<std::string> TcpPeer::receive_frame() {
    std::string header(8, '\0');
    if (!receive_exactly(header)) return {};
    std::string body(static_cast<std::size_t>(little_endian(header, 4)), '\0');
    if (!receive_exactly(body)) return {};
    return header + body;
}

bool TcpPeer::closed() {
    char bytes[4096];
    while (readable(socket_, kTimeout)) {
        if (::recv(socket_, bytes, sizeof bytes, 0) <= 0) return true;
    }
    return false;
}

std::string TcpPeer::receive_some() {
    std::string bytes(4'096, '\0');
    const auto size = ::recv(socket_, bytes.data(), bytes.size(), 0);
    bytes.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    return bytes;
}

std::string TcpPeer::receive_all() {
    std::string all;
    char bytes[4096];
    while (readable(socket_, kTimeout)) {
        const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
        if (size <= 0) break;
        all.append(bytes, static_cast<std::size_t>(size));
    }
    return all;
}

void TcpPeer::shut_down_sending() {
    ::shutdown(socket_, SHUT_WR);
}

UdpPeer::UdpPeer(std::uint16_t port, const char* address)
    : socket_(connect_loopback(SOCK_DGRAM, port, address)) {}

UdpPeer::~UdpPeer() {
    ::close(socket_);
}

void UdpPeer::send(const std::string& bytes) {
    ::send(socket_, bytes.data(), bytes.size(), 0);
}

std::optional<std::string> UdpPeer::receive(int milliseconds) {
    if (!readable(socket_, milliseconds)) return {};
    std::string bytes(65'507, '\0');
    const auto size = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (size < 0) return {};
    bytes.resize(static_cast<std::size_t>(size));
    return bytes;
}

std::optional<std::string> UdpPeer::ask(const std::string& bytes) {
    send(bytes);
    return receive();
}

}  // namespace lars::test
