#pragma once

#include "net/frame_reader.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lars::bench {

/// Connections to a loopback port, each with one request on its way at a time.
class RequestLoad {
public:
    /// Sends the greeting on each connection, and waits for a frame in return.
    RequestLoad(std::uint16_t port, int connections, const std::string& greeting);
    ~RequestLoad();
    RequestLoad(const RequestLoad&) = delete;
    RequestLoad& operator=(const RequestLoad&) = delete;

    /// Sends the requests, round and round, until that many answers have come; answers the wall
    /// time in microseconds. Throws when answers stop.
    double exchange(const std::vector<std::string>& requests, int count);
    /// Of the body last answered.
    std::size_t answer_size() const { return answer_size_; }

private:
    struct Connection {
        int socket = -1;
        net::FrameReader reader{kMaxHelloBody};
    };

    void send(const Connection& connection, const std::string& bytes);
    bool receive(Connection& connection);

    int epoll_;
    std::vector<Connection> connections_;
    std::size_t answer_size_ = 0;
};

}  // namespace lars::bench
