#pragma once

#include "agent/registration/local_socket.hpp"
#include "metrics/bad_input.hpp"
#include "net/frame_reader.hpp"
#include "runtime/task_group.hpp"
#include "wire/frame.hpp"

#include <spdlog/logger.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

namespace lars::agent {

/// Serves the programs of this host over the agent's Unix socket: one request after another, each
/// answered. Belongs to one executor.
class LocalServer {
public:
    /// A connection has a number of its own, never 0.
    using Connection = std::uint64_t;
    struct Handlers {
        /// Answers a frame with a whole frame; empty: it is no request.
        std::function<wire::EncodedFrame(Connection, const LocalPeer&, const net::FrameView&)>
            answer;
        /// It has ended, by whoever.
        std::function<void(Connection, const LocalPeer&)> end;
    };

    static constexpr std::size_t kMaxConnections = 1'000;

    LocalServer(
        asio::any_io_executor executor,
        Handlers handlers,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Listens at that path, and serves from now on. Throws StartError.
    void start(const std::string& path);
    /// Ends all connections, without a word to `end`, and removes the socket.
    Awaitable<> stop();

private:
    Awaitable<> accept();
    Awaitable<> serve(LocalSocket socket, Connection connection);
    Awaitable<> serve_frames(LocalSocket& socket, Connection connection, const LocalPeer& peer);

    asio::any_io_executor executor_;
    Handlers handlers_;
    metrics::BadInput bad_input_;
    std::string path_;
    LocalAcceptor acceptor_;
    runtime::TaskGroup tasks_;
    Connection next_ = 1;
    std::atomic<std::size_t> connections_{0};  // read by whoever asks for the metrics
    bool stopping_ = false;
};

}  // namespace lars::agent
