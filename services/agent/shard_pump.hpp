#pragma once

#include "agent/dns_link.hpp"
#include "agent/module_table.hpp"
#include "agent/options.hpp"
#include "agent/policy_provider.hpp"
#include "agent/shard.hpp"
#include "agent/udp_metrics.hpp"
#include "agent/waiters.hpp"
#include "net/udp_socket.hpp"
#include "runtime/task_group.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace lars::agent {

/// One shard's socket and clock around its decisions. Everything in it belongs to its executor;
/// what crosses to or from it is posted.
class ShardPump {
public:
    /// Where a shard's words go; called on the shard's executor.
    struct Outlets {
        std::function<void(std::vector<Pull>)> pull;
        /// Modules that were dropped.
        std::function<void(std::vector<ModuleId>)> leave;
        std::function<void(std::vector<ModuleCalls>)> report;
        /// A route that is held now, and wasn't before.
        std::function<void(lb::EndpointTablePtr)> keep;
        std::function<ShardPump&(std::size_t)> shard;
    };

    /// Takes its modules of the `known` routes, and then binds its port. Throws net::StartError.
    ShardPump(
        const asio::any_io_executor& executor,
        Shard::Place place,
        const Endpoint& listen,
        std::span<const lb::EndpointTablePtr> known,
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
    ModuleTable& modules() { return modules_; }
    const ChangeLog& changes() const { return policy_provider_.changes(); }

    /// From any thread.
    void post_route(DnsLink::Route route);
    /// Whether dns can be reached; if so, it is asked for everything.
    void post_connection(bool connected);

private:
    Awaitable<> serve();
    Awaitable<> tick();
    Awaitable<> end_waits();
    void answer(const net::Datagram& datagram);
    void forward(std::size_t owner, const net::Datagram& datagram);
    /// Answers a datagram that came to the socket of the shard `came_to`.
    void answer_for(
        std::size_t came_to, const udp::endpoint& from, std::span<const std::uint8_t> bytes
    );
    bool wait(const Shard::First& first, std::size_t came_to, const udp::endpoint& from);
    void answer_waiters(const std::vector<Waiters::Waiter>& waiters);
    void send_through(
        std::size_t shard, const udp::endpoint& to, std::span<const std::uint8_t> reply
    );
    void send(const udp::endpoint& to, std::span<const std::uint8_t> reply);
    void set_route(DnsLink::Route route);
    void flush_pulls();
    void leave_dropped();
    /// Hands out a part of the calls; more are left as long as calls_left() says so.
    void flush_calls();

    asio::any_io_executor executor_;
    Outlets outlets_;
    std::size_t index_;
    std::chrono::milliseconds report_interval_;
    std::chrono::milliseconds longest_wait_;
    PolicyProvider policy_provider_;
    ModuleTable modules_;
    Shard shard_;
    Waiters waiters_;
    asio::steady_timer wait_timer_;
    bool dns_reachable_ = false;
    metrics::Counter& waited_;
    metrics::Counter& dropped_;
    metrics::Gauge& held_;
    metrics::Gauge& unknown_;
    net::UdpSocket socket_;
    UdpMetrics account_;
    runtime::TaskGroup tasks_;
};

}  // namespace lars::agent
