#pragma once

#include "net/link_options.hpp"
#include "net/link_state.hpp"
#include "net/session.hpp"

#include <optional>
#include <random>
#include <string>

namespace lars::net {

/// A connection to one of several equal peers that is made again whenever it is lost: to the next
/// peer almost at once, and with back-off when all have failed. Its first choice is a random peer,
/// to which it returns when that is well again: so many links spread out, and stay so. LinkState
/// decides, this connects and serves.
///
/// Belongs to one executor; connected() may be called by any thread.
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
    /// Hello was sent; its return ends the connection. What it throws is logged, and ends the
    /// connection too. Never returns; throws operation_aborted when cancelled.
    Awaitable<> run(Session::Serve serve);

    bool connected() const { return connected_.value() > 0; }

private:
    Awaitable<> serve_next(const Session::Serve& serve);
    Awaitable<bool> open_next(tcp::socket& socket);
    Awaitable<> serve_on(tcp::socket socket, const Session::Serve& serve);
    Awaitable<> watch_deadlines(Session& session);
    Awaitable<> return_to_first_choice(Session& session);
    Awaitable<LinkState::Probe> probe(tcp::socket& socket);
    void log(
        LinkState::Loudness loudness, spdlog::level::level_enum level, const std::string& text
    );
    std::string peer_name() const;

    asio::any_io_executor executor_;
    std::string name_;
    LinkOptions options_;
    wire::Identity self_;
    SessionCounters counters_;
    spdlog::logger& log_;
    metrics::Counter& connects_;
    metrics::Counter& failures_;
    metrics::Gauge& connected_;
    std::mt19937 random_{std::random_device{}()};
    LinkState state_;
    std::optional<tcp::socket> probed_;  // connected to the first choice, to go on with
};

}  // namespace lars::net
