#pragma once

#include "net/backoff.hpp"
#include "net/connect.hpp"
#include "net/session.hpp"

#include <optional>
#include <random>

namespace lars::net {

struct LinkOptions {
    std::vector<PeerAddress> peers;
    std::chrono::milliseconds connect_timeout{1'000};
    Backoff::Options backoff;
    /// An original reporter never says a word: only Hello, or TCP itself, tells that a peer is
    /// dead.
    SessionOptions session{
        .idle_timeout = std::chrono::hours(24 * 365),
        .heartbeat = std::chrono::milliseconds(2'000),
    };
};

/// A connection to one of several equal peers that is made again whenever it is lost, to the next
/// peer, with back-off. It starts at a random peer, so that many links spread out.
class Link {
public:
    /// `name` says in logs and metrics what the peers are: "dns".
    Link(
        asio::any_io_executor executor,
        std::string name,
        LinkOptions options,
        Identity self,
        Metrics& metrics,
        spdlog::logger& log
    );

    /// Connects and serves until it is cancelled. `serve` runs once for each connection, after
    /// Hello was sent.
    Awaitable<> run(Session::Serve serve);

    bool connected() const { return connected_; }

private:
    Awaitable<> serve_once(const PeerAddress& peer, const Session::Serve& serve);

    asio::any_io_executor executor_;
    std::string name_;
    LinkOptions options_;
    Identity self_;
    Metrics& metrics_;
    spdlog::logger& log_;
    Counter& connects_;
    Counter& failures_;
    Backoff backoff_;
    std::mt19937 random_{std::random_device{}()};
    bool connected_ = false;
    bool failure_logged_ = false;
};

}  // namespace lars::net
