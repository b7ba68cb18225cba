#pragma once

#include "net/link_options.hpp"
#include "net/link_state.hpp"
#include "net/session.hpp"

#include <functional>
#include <random>
#include <string>

namespace lars::net {

/// Of the link of that name: whether it is connected, as Link::connected() has it.
metrics::Gauge& connected_gauge(const std::string& link, metrics::Registry& metrics);

/// A connection to one of several equal peers that is made again whenever it is lost: to the next
/// peer almost at once, and with back-off when all have failed. Its first choice is a random peer,
/// to which it returns when that is well again: so many links spread out, and stay so. A peer is
/// well when it answers Hello. LinkState decides, this connects and serves.
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
    /// Hello was sent, and after it was answered if it was answered at that address before; its
    /// return ends the connection. What it throws is logged, and ends the connection too.
    /// `on_peer_kind`, if any, is called whenever Session::peer_kind() changes. Never returns;
    /// throws operation_aborted when cancelled.
    Awaitable<> run(Session::Serve serve, std::function<void()> on_peer_kind = {});

    /// No attempt is put off for longer than that from now on.
    void set_max_backoff(std::chrono::milliseconds max) { state_.set_max_backoff(max); }

    /// To a peer that has said something, or was configured to be one that may be silent.
    bool connected() const { return connected_.value() > 0; }

private:
    Awaitable<> serve_next(const Session::Serve& serve);
    Awaitable<bool> open_next(tcp::socket& socket);
    Awaitable<> serve_on(tcp::socket socket, const Session::Serve& serve);
    Awaitable<> serve_once_met(Session& session, const Session::Serve& serve);
    void judge(Session& session);
    Awaitable<> watch_deadlines(Session& session);
    Awaitable<> look_for_better(Session& session);
    Awaitable<LinkState::Probe> probe(std::size_t peer);
    Awaitable<> end_probe(Session& session, bool& timed_out);
    void log(
        LinkState::Loudness loudness, spdlog::level::level_enum level, const std::string& text
    );
    void log_accepted(PeerKind kind);
    void log_probe(std::size_t peer, LinkState::Probe outcome);
    std::string peer_name() const { return name_of(state_.peer()); }
    std::string name_of(std::size_t peer) const;

    asio::any_io_executor executor_;
    std::string name_;
    LinkOptions options_;
    SessionOptions patient_session_;
    wire::Identity self_;
    SessionCounters counters_;
    spdlog::logger& log_;
    metrics::Counter& connects_;
    metrics::Counter& failures_;
    metrics::Gauge& connected_;
    std::mt19937 random_{std::random_device{}()};
    LinkState state_;
    std::function<void()> on_peer_kind_;
    std::vector<LinkState::Probe> last_probes_;  // of each peer, for the log
};

}  // namespace lars::net
