#pragma once

#include "agent/module_table.hpp"
#include "net/dispatcher.hpp"
#include "net/link.hpp"

#include <functional>
#include <vector>

namespace lars::agent {

/// The agent's connection to dns: questions out, routes in. Runs on one executor.
class DnsLink {
public:
    struct Route {
        lb::EndpointTablePtr endpoint_table;
        RouteSource source = RouteSource::ours;
    };
    /// What becomes of what dns says; called on the link's executor.
    struct Sink {
        std::function<void(Route)> on_route;
        /// Whether there is a connection from now on; with a new one every module has to be asked
        /// for again.
        std::function<void(bool)> on_connection;
    };

    DnsLink(
        asio::any_io_executor executor,
        net::LinkOptions options,
        const wire::Identity& self,
        Sink sink,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    Awaitable<> run();
    /// Without a connection the questions are dropped: a new one asks for everything.
    void pull(const std::vector<Pull>& pulls);
    /// The routes of these modules needn't be pushed any more.
    void leave(const std::vector<ModuleId>& modules);
    bool connected() const { return link_.connected(); }

private:
    Awaitable<> serve(net::Session& session);
    void receive(const GetRouteResponse& response, net::PeerKind peer);

    net::Link link_;
    Sink sink_;
    metrics::BadInput bad_input_;
    metrics::Counter& routes_;
    net::Session* session_ = nullptr;
};

}  // namespace lars::agent
