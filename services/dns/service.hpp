#pragma once

#include "dns/desk.hpp"
#include "dns/options.hpp"
#include "dns/route_feed.hpp"
#include "net/tcp_server.hpp"

#include <memory>
#include <vector>

namespace lars::dns {

/// Routes from the store to agents: one feed on context 0, one desk on each context.
class Service : public net::Part {
public:
    Service(net::Runtime& runtime, Options options, net::Metrics& metrics, spdlog::logger& log);

    std::string name() const override { return "dns"; }
    void start() override;
    net::Awaitable<> stop() override;

    Endpoint local() const { return server_.local(); }
    /// Whether the routes have been loaded once.
    bool ready() const { return ready_; }

private:
    net::Awaitable<> serve(net::Session& session, std::size_t context);
    void publish(std::vector<RoutePtr> changed);

    net::Runtime& runtime_;
    Options options_;
    net::Metrics& metrics_;
    spdlog::logger& log_;
    std::vector<std::unique_ptr<Desk>> desks_;  // by context
    RouteFeed feed_;
    net::TaskGroup feeding_;
    net::TcpServer server_;
    std::atomic<bool> ready_{false};
};

}  // namespace lars::dns
