#pragma once

#include "http/connection.hpp"
#include "http/router.hpp"
#include "runtime/listen.hpp"
#include "runtime/runtime.hpp"
#include "runtime/task_group.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace lars::http {

/// What one client, and all together, may take of a server.
struct ServerLimits {
    /// A further one takes the place of the one that has waited longest for a request, and so does
    /// one for which there is no descriptor; where all are being answered, it is closed at once.
    std::size_t connections = 64;
    std::size_t streams = 0;  ///< of the connections, those that are sent events; further get 503
    /// For a request to arrive, and again for its answer to be sent. A connection that is kept
    /// alive ends when its next request doesn't come within this.
    std::chrono::milliseconds timeout{10'000};
    std::uint32_t header_bytes = 16 << 10;  ///< of a request's line and fields together
};

/// Serves pages by HTTP/1.1. What can't be read is answered with status 400, or 431 when its head
/// is too long and 413 when its body is, and its connection closed. Runs on one executor.
class Server final : public runtime::Part {
public:
    /// `name` is what logs call it.
    Server(
        std::string name,
        asio::any_io_executor executor,
        const Endpoint& listen,
        Router router,
        spdlog::logger& log,
        const ServerLimits& limits = {}
    );

    std::string name() const override { return name_; }
    /// Throws StartError.
    void start() override;
    /// Cancels what is being answered, and waits for it.
    Awaitable<> stop() override;
    /// Where it listens; after start().
    Endpoint local() const;

private:
    Awaitable<> accept();
    Awaitable<> serve(tcp::socket socket);
    Awaitable<bool> serve_request(Connection& connection, Request request);
    Awaitable<bool> send(Connection& connection, Response response);
    bool make_room();
    bool close_longest_waiting();

    std::string name_;
    asio::any_io_executor executor_;
    Endpoint listen_;
    Router router_;
    ServerLimits limits_;
    tcp::acceptor acceptor_;
    runtime::TaskGroup tasks_;
    std::map<std::uint64_t, Connection*> waiting_;  // for a request, the longest first
    std::uint64_t waits_ = 0;
    std::size_t streams_ = 0;
};

}  // namespace lars::http
