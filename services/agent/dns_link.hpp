#pragma once

#include "agent/name_directory.hpp"
#include "agent/pull.hpp"
#include "agent/route_update.hpp"
#include "app/condition.hpp"
#include "net/movable_link.hpp"
#include "runtime/backoff.hpp"
#include "wire/announcement.hpp"

#include <functional>
#include <vector>

namespace lars::agent {

/// The agent's connection to dns: requests out, routes in. Decodes each route once, for all who use
/// it. Runs on one executor.
class DnsLink {
public:
    /// What becomes of what dns says; called on the link's executor.
    struct Sink {
        std::function<void(RouteUpdate)> on_route;
        /// The local end of a new connection.
        std::function<void(const Endpoint&)> on_address;
        std::function<void(const RouteConfirmation&)> on_unchanged;
        /// Whether there is a connection from now on; with a new one every module has to be asked
        /// for again.
        std::function<void(bool)> on_connection;
        std::function<void(const NameUpdate&)> on_name;
        /// Whether the dns there is knows names from now on; a new one has to be asked for each.
        std::function<void(bool)> on_names_reachable;
        /// Whether there is a dns that registers; with a new one all is to be announced again.
        std::function<void(bool)> on_registration_reachable;
        std::function<void(const AnnounceAck&)> on_announce_ack;
    };

    DnsLink(
        asio::any_io_executor executor,
        net::LinkOptions options,
        const wire::Identity& self,
        Sink sink,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Connects, and connects again, until it is cancelled.
    Awaitable<> run();
    /// Without a connection the requests are dropped: a new one asks for everything.
    void pull(const std::vector<Pull>& pulls);
    /// The routes of these modules needn't be pushed any more.
    void leave(const std::vector<ModuleId>& modules);
    /// Without a dns that knows names these are dropped, as pulls are.
    void pull_names(const std::vector<NamePull>& pulls);
    void leave_name(const std::string& name);
    /// Without a dns that registers it is dropped, as pulls are. From then on this side says in
    /// time that it lives.
    void announce(const wire::Announcement& announcement);
    /// There are instances whose owner is to be seen to live: a dns is never out of sight for long.
    void stay_close();
    /// The dns that this is connected to can't register now: to another one, if there is one.
    void go_elsewhere();
    /// Other peers to connect to.
    void set_options(net::LinkOptions options) { link_.set_options(std::move(options)); }

    // Any thread, both.

    bool connected() const { return link_.connected(); }
    /// Why there is no connection, and since when.
    std::optional<std::string> trouble() const { return condition_.text(); }

private:
    Awaitable<> serve(net::Session& session);
    void handle(const net::FrameView& frame, net::PeerKind peer);
    void receive(std::span<const std::uint8_t> body, net::PeerKind peer);
    void receive_name(std::span<const std::uint8_t> body);
    void receive_ack(std::span<const std::uint8_t> body);
    void look_at_capabilities();

    net::MovableLink link_;
    app::Condition condition_{"dns"};
    Sink sink_;
    metrics::BadInput bad_input_;
    metrics::Counter& routes_;
    metrics::Counter& names_asked_;
    metrics::Counter& names_received_;
    GetRouteResponse response_;  // parsed into again and again
    net::Session* session_ = nullptr;
    bool knows_names_ = false;
    bool registers_ = false;
    std::chrono::milliseconds lease_{3'000};  // as dns says it
    runtime::Backoff moves_;
    Clock::time_point next_move_;
};

}  // namespace lars::agent
