#pragma once

#include "base/endpoint.hpp"

#include <atomic>
#include <string>
#include <thread>

namespace lars::cli {

/// A little TCP service on loopback, one thread, for the demo.
class EchoServer {
public:
    enum class Manner { echoes, hangs_up };

    /// Throws Failure when it can't listen.
    EchoServer();
    ~EchoServer();
    EchoServer(const EchoServer&) = delete;
    EchoServer& operator=(const EchoServer&) = delete;

    Endpoint local() const { return local_; }
    Manner manner() const { return manner_; }
    /// From the next call on; from any thread.
    void set_manner(Manner manner) { manner_ = manner; }

private:
    void serve();

    std::atomic<Manner> manner_ = Manner::echoes;
    int listener_;
    Endpoint local_;
    std::jthread thread_;
};

/// Connects, says something, and answers whether the same came back within 200 ms.
bool call_echo(const std::string& address, int port);

}  // namespace lars::cli
