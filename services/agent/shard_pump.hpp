#pragma once

#include "agent/datagram_face.hpp"
#include "agent/options.hpp"
#include "agent/policy_provider.hpp"
#include "agent/shard.hpp"
#include "agent/udp_metrics.hpp"
#include "base/bound_notice.hpp"
#include "base/spin_budget.hpp"
#include "net/udp_socket.hpp"
#include "runtime/task_group.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace lars::agent {

/// One shard's socket and timers around its decisions: moves datagrams, posts what is for others,
/// and says what time it is. Everything in it belongs to its executor; what crosses to or from it
/// is posted.
class ShardPump {
public:
    /// Where a shard's words go; called on the shard's executor.
    struct Outlets {
        std::function<void(std::vector<Pull>)> pull;
        /// Modules that were dropped.
        std::function<void(std::vector<ModuleId>)> leave;
        std::function<void(std::vector<ModuleCalls>)> report;
        /// A route that is held now, and wasn't before.
        std::function<void(RouteUpdate)> publish;
        /// A route that is held comes from elsewhere now.
        std::function<void(ModuleId, RouteOrigin)> publish_origin;
        /// Names that are new, and names that were dropped.
        std::function<void(std::vector<std::string>)> want_names;
        std::function<void(std::vector<std::string>)> leave_names;
        std::function<ShardPump&(std::size_t)> shard;
    };

    /// Takes its modules of the `known` routes and the names, and then binds its port. Throws
    /// StartError.
    ShardPump(
        const asio::any_io_executor& executor,
        Shard::Place place,
        const Endpoint& listen,
        std::span<const lb::EndpointTablePtr> known,
        std::span<const NameUpdate> names,
        const Options& options,
        const wire::Identity& self,
        Outlets outlets,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    void start();
    /// Ends the shard and hands its last calls to the outlet. Called on the shard's executor.
    Awaitable<> stop();

    Endpoint local() const { return socket_.local(); }
    const net::UdpSocket& socket() const { return socket_; }
    const asio::any_io_executor& executor() const { return executor_; }

    // On the shard's executor only.
    ModuleTable& modules() { return shard_.modules(); }
    const ChangeLog& changes() const { return policy_provider_.changes(); }

    /// Those that can change. From any thread.
    void post_options(const Options& options);
    /// From any thread.
    void post_route(RouteUpdate update);
    void post_confirmation(const RouteConfirmation& confirmation);
    void post_name(NameUpdate update);
    /// The name isn't held for this shard any more. From any thread.
    void post_forget(std::string name);
    /// Whether there is a dns that knows names. From any thread.
    void post_names_reachable(bool reachable);
    /// Whether dns can be reached; if so, it is asked for everything. From any thread.
    void post_connection(bool connected);

private:
    Awaitable<> serve();
    void note_looks();
    Awaitable<> tick();
    Awaitable<> end_waits();
    void handle(std::span<const std::uint8_t> bytes, const DatagramFace::Origin& origin);
    void forward(
        std::size_t owner, std::span<const std::uint8_t> bytes, const DatagramFace::Origin& origin
    );
    /// Sends through the socket that the datagram came to.
    void send(const DatagramFace::Origin& to, std::span<const std::uint8_t> reply);
    void set_route(RouteUpdate update);
    void flush_pulls();
    void flush_names();
    void leave_dropped();
    void tell_of_bounds();
    void tell_of_bound(
        BoundNotice& notice, std::uint64_t refused, std::size_t bound, const char* of_what
    );
    /// Hands out a part of the calls; more are left as long as calls_left() says so.
    void flush_calls();

    asio::any_io_executor executor_;
    Outlets outlets_;
    spdlog::logger& log_;
    std::chrono::milliseconds report_interval_;
    BoundNotice modules_bound_;
    BoundNotice unknown_bound_;
    BoundNotice waits_bound_;
    BoundNotice names_bound_;
    PolicyProvider policy_provider_;
    Shard shard_;
    DatagramFace face_;
    asio::steady_timer wait_timer_;
    metrics::Counter& dropped_;
    metrics::Gauge& held_;
    metrics::Gauge& unknown_;
    SpinBudget spin_;
    metrics::Counter& looks_;
    metrics::Counter& looks_in_vain_;
    std::chrono::nanoseconds delay_{};  // of its thread, as last looked at
    metrics::Gauge& names_held_;
    metrics::Gauge& names_unknown_;
    net::UdpSocket socket_;
    UdpMetrics udp_metrics_;
    runtime::TaskGroup tasks_;
};

}  // namespace lars::agent
