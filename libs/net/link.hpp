#pragma once

#include "net/session.hpp"
#include "runtime/backoff.hpp"
#include "runtime/connect.hpp"

#include <optional>
#include <random>

namespace lars::net {

struct LinkOptions {
    std::vector<runtime::PeerAddress> peers;
    std::chrono::milliseconds connect_timeout{1'000};
    runtime::Backoff::Options backoff;
    /// How long, at least, a link serves on a peer that isn't its first choice before it tries
    /// that one again; at most twice as long.
    std::chrono::milliseconds return_after{15'000};
    /// An original reporter never says a word: only Hello, or TCP itself, tells that a peer is
    /// dead.
    SessionOptions session{
        .idle_timeout = std::chrono::hours(24 * 365),
        .heartbeat = std::chrono::milliseconds(2'000),
    };
};

/// A connection to one of several equal peers that is made again whenever it is lost: to the next
/// peer almost at once, and with back-off when all have failed. Its first choice is a random peer,
/// to which it returns when that is well again: so many links spread out, and stay so.
class Link {
public:
    /// `name` says in logs and metrics what the peers are: "dns".
    Link(
        asio::any_io_executor executor,
        std::string name,
        LinkOptions options,
        wire::Identity self,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Connects and serves until it is cancelled. `serve` runs once for each connection, after
    /// Hello was sent.
    Awaitable<> run(Session::Serve serve);

    bool connected() const { return connected_.value() > 0; }

private:
    Awaitable<> serve_next(const Session::Serve& serve);
    Awaitable<bool> open_next(Stream& stream);
    Awaitable<> serve_on(Stream stream, const Session::Serve& serve);
    Awaitable<> watch_deadlines(Session& session);
    /// Beside a session with another peer: returns to the first choice once that is well.
    Awaitable<> return_home(Session& session);
    Awaitable<bool> well(Stream& stream);
    std::chrono::milliseconds delay();
    spdlog::level::level_enum quietly(spdlog::level::level_enum level) const;
    std::string peer_name() const { return name_ + ' ' + to_string(options_.peers[peer_]); }

    asio::any_io_executor executor_;
    std::string name_;
    LinkOptions options_;
    wire::Identity self_;
    SessionCounters counters_;
    spdlog::logger& log_;
    metrics::Counter& connects_;
    metrics::Counter& failures_;
    metrics::Gauge& connected_;
    runtime::Backoff backoff_;
    std::mt19937 random_{std::random_device{}()};
    std::size_t home_;
    std::size_t peer_;                  // the one that is served, or tried
    std::optional<Stream> home_again_;  // connected already
    std::size_t failed_in_row_ = 0;
    bool failure_logged_ = false;
};

}  // namespace lars::net
