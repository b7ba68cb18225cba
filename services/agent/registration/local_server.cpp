#include "agent/registration/local_server.hpp"

#include "runtime/sleep.hpp"

#include <boost/asio/write.hpp>
#include <unistd.h>

#include <utility>

namespace lars::agent {
namespace {

// After an accept that failed, as for want of descriptors.
constexpr auto kPause = std::chrono::milliseconds(50);

}  // namespace

LocalServer::LocalServer(
    asio::any_io_executor executor,
    Handlers handlers,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      handlers_(std::move(handlers)),
      bad_input_(metrics),
      acceptor_(executor),
      tasks_(executor, log) {
    metrics.gauge(
        "lars_agent_local_connections",
        "Programs connected to the agent's socket",
        [this] { return static_cast<double>(connections_.load()); }
    );
}

void LocalServer::start(const std::string& path) {
    acceptor_ = listen_at(executor_, path);
    path_ = path;
    tasks_.spawn("local accept", accept());
}

Awaitable<> LocalServer::stop() {
    stopping_ = true;
    tasks_.cancel();
    co_await tasks_.join();
    error_code ignored;
    acceptor_.close(ignored);
    if (!path_.empty()) ::unlink(path_.c_str());
}

Awaitable<> LocalServer::accept() {
    while (true) {
        LocalSocket socket(executor_);
        const auto [error] = co_await acceptor_.async_accept(socket, nothrow);
        if (error) {
            co_await runtime::sleep_for(executor_, kPause);
            continue;
        }
        if (connections_ >= kMaxConnections) continue;
        tasks_.spawn("local connection", serve(std::move(socket), next_++));
    }
}

Awaitable<> LocalServer::serve(LocalSocket socket, Connection connection) {
    const auto peer = peer_of(socket);
    struct Leave {
        LocalServer& server;
        Connection connection;
        LocalPeer peer;
        ~Leave() {
            --server.connections_;
            // An agent that stops keeps what is registered, for the one that follows it.
            if (!server.stopping_) server.handlers_.end(connection, peer);
        }
    } const leave{*this, connection, peer};
    ++connections_;
    co_await serve_frames(socket, connection, peer);
}

Awaitable<> LocalServer::serve_frames(
    LocalSocket& socket, Connection connection, const LocalPeer& peer
) {
    net::FrameReader reader(kMaxTcpBody);
    while (true) {
        const auto space = reader.prepare();
        const auto [unread, size] =
            co_await socket.async_read_some(asio::buffer(space.data(), space.size()), nothrow);
        if (unread) co_return;
        reader.commit(size);
        while (const auto frame = reader.next()) {
            const auto answer = handlers_.answer(connection, peer, *frame);
            if (!answer) {
                bad_input_.count(Errc::unknown_message);
                continue;
            }
            const auto [unsent, sent] =
                co_await asio::async_write(socket, asio::buffer(*answer), nothrow);
            if (unsent) co_return;
        }
        if (const auto broken = reader.broken()) {
            bad_input_.count(*broken);
            co_return;
        }
    }
}

}  // namespace lars::agent
