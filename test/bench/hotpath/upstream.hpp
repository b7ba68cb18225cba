#pragma once

#include "base/module_id.hpp"
#include "base/route.hpp"
#include "net/tcp_server.hpp"
#include "runtime/runtime.hpp"

#include <functional>
#include <set>

namespace lars::bench {

/// What an agent has behind it: a dns that makes up the routes that it is asked for, and a
/// reporter that acknowledges all calls, at one loopback port.
class Upstream : public runtime::Part {
public:
    using RouteOf = std::function<Route(ModuleId)>;

    Upstream(
        runtime::Runtime& runtime, RouteOf route_of, metrics::Registry& metrics, spdlog::logger& log
    );

    std::string name() const override { return "upstream"; }
    void start() override { server_.start(); }
    Awaitable<> stop() override { return server_.stop(); }

    std::uint16_t port() const { return server_.local().port; }
    /// To every connection, as when the route has changed. Any thread.
    void push(const Route& route);

private:
    Awaitable<> serve(net::Session& session);

    runtime::Runtime& runtime_;
    RouteOf route_of_;
    metrics::BadInput bad_input_;
    std::set<net::Session*> sessions_;
    net::TcpServer server_;
};

/// "module-7", which this dns says of module 7/1.
std::string example_name(ModuleId module);

/// A canonical route.
Route example_route(ModuleId module, int endpoints);

}  // namespace lars::bench
