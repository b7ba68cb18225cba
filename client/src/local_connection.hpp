#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace lars::client {

/// A connection to the agent's Unix socket, over which one request is answered after the other.
/// Belongs to one thread.
class LocalConnection {
public:
    using Clock = std::chrono::steady_clock;

    LocalConnection() = default;
    ~LocalConnection() { close(); }
    LocalConnection(const LocalConnection&) = delete;
    LocalConnection& operator=(const LocalConnection&) = delete;

    /// Empty, or why there is no connection.
    std::string open(const std::string& path);
    void close();
    bool is_open() const { return socket_ >= 0; }
    int descriptor() const { return socket_; }

    /// Sends a frame, and answers the body of the frame that answers it; nothing when the
    /// connection broke, or took longer: it is closed then.
    std::optional<std::string> request(const std::string& frame, Clock::time_point deadline);
    /// Whether the other end has closed it; what else it says unasked is nothing that anybody
    /// wants.
    bool has_ended();

private:
    bool send(const std::string& bytes, Clock::time_point deadline);
    bool receive(std::string& into, std::size_t size, Clock::time_point deadline);

    int socket_ = -1;
};

/// Where the agent of this host listens: LARS_SOCKET, or in /run/lars.
std::string default_socket();

}  // namespace lars::client
