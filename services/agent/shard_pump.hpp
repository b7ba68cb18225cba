#pragma once

#include "agent/balancing.hpp"
#include "agent/dns_link.hpp"
#include "agent/module_table.hpp"
#include "agent/options.hpp"
#include "agent/shard.hpp"
#include "agent/socket_account.hpp"
#include "net/task_group.hpp"
#include "net/udp_socket.hpp"

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
        std::function<void(std::vector<ModuleCalls>)> report;
        /// A route that is held now, and wasn't before.
        std::function<void(const Route&)> keep;
        std::function<ShardPump&(std::size_t)> shard;
    };

    /// Takes its modules of the `known` routes, and then binds its port. Throws net::StartError.
    ShardPump(
        const net::asio::any_io_executor& executor,
        Shard::Place place,
        const Endpoint& listen,
        std::span<const Route> known,
        const Options& options,
        const net::Identity& self,
        Outlets outlets,
        net::Metrics& metrics,
        spdlog::logger& log
    );

    void start();
    /// Ends the shard and hands its last calls to the outlet. Called on the shard's executor.
    net::Awaitable<> stop();

    Endpoint local() const { return socket_.local(); }
    const net::UdpSocket& socket() const { return socket_; }

    /// From any thread.
    void post_route(DnsLink::Route route);
    void post_ask_all();

private:
    net::Awaitable<> serve();
    net::Awaitable<> tick();
    void answer(const net::Datagram& datagram);
    void forward(std::size_t owner, const net::Datagram& datagram);
    void send(const net::udp::endpoint& to, std::span<const std::uint8_t> reply);
    void set_route(DnsLink::Route route);
    void flush_pulls();
    void flush_calls();

    net::asio::any_io_executor executor_;
    Outlets outlets_;
    std::chrono::milliseconds report_interval_;
    Balancing balancing_;
    ModuleTable modules_;
    Shard shard_;
    net::UdpSocket socket_;
    SocketAccount account_;
    net::TaskGroup tasks_;
};

}  // namespace lars::agent
