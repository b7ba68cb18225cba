#pragma once

#include "net/runtime.hpp"
#include "net/tcp_server.hpp"

#include <functional>
#include <set>

namespace lars::bench {

/// What an agent has behind it: a dns that makes up the routes that it is asked for, and a
/// reporter that acknowledges all calls, at one loopback port.
class Upstream : public net::Part {
public:
    using RouteOf = std::function<Route(ModuleId)>;

    Upstream(net::Runtime& runtime, RouteOf route_of, net::Metrics& metrics, spdlog::logger& log);

    std::string name() const override { return "upstream"; }
    void start() override { server_.start(); }
    net::Awaitable<> stop() override { return server_.stop(); }

    std::uint16_t port() const { return server_.local().port; }
    /// To every connection, as when the route has changed. Any thread.
    void push(const Route& route);

private:
    net::Awaitable<> serve(net::Session& session);

    net::Runtime& runtime_;
    RouteOf route_of_;
    net::BadInput bad_input_;
    std::set<net::Session*> sessions_;
    net::TcpServer server_;
};

/// A canonical route.
Route example_route(ModuleId module, int endpoints);

}  // namespace lars::bench
