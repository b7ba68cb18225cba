#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lars::test {

std::string from_hex(const std::string& hex);
std::string to_hex(const std::string& bytes);
/// A whole frame around a body.
std::string frame(std::int32_t id, const std::string& body);

/// A plain blocking TCP connection to loopback, as a peer that knows nothing of our code.
class TcpPeer {
public:
    explicit TcpPeer(std::uint16_t port);
    ~TcpPeer();
    TcpPeer(const TcpPeer&) = delete;
    TcpPeer& operator=(const TcpPeer&) = delete;

    bool send(const std::string& bytes);
    /// The next whole frame, header included; nothing when the peer closes or a minute passes.
    std::optional<std::string> receive_frame();
    /// Everything until the other side closes.
    std::string receive_all();
    /// What has come, at least a byte; nothing when the other side closes or a minute passes.
    std::string receive_some();
    /// Whether the other side closes.
    bool closed();
    void shut_down_sending();
    void close();

private:
    bool receive_exactly(std::string& bytes);
    int socket_;
};

/// A UDP socket connected to a port of a loopback address.
class UdpPeer {
public:
    explicit UdpPeer(std::uint16_t port, const char* address = "127.0.0.1");
    ~UdpPeer();
    UdpPeer(const UdpPeer&) = delete;
    UdpPeer& operator=(const UdpPeer&) = delete;

    void send(const std::string& bytes);
    /// Nothing when no datagram comes within the time.
    std::optional<std::string> receive(int milliseconds = 60'000);
    std::optional<std::string> ask(const std::string& bytes);

private:
    int socket_;
};

}  // namespace lars::test
