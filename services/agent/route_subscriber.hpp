#pragma once

#include "agent/route_update.hpp"

namespace lars::agent {

/// Who is told of each route that this host holds: the route file, and others than it. Called on
/// context 0, once for each change, whichever shard holds the module.
class RouteSubscriber {
public:
    virtual ~RouteSubscriber() = default;
    /// A module has another route than before; one without endpoints when dns knows it no more.
    virtual void on_route(const RouteUpdate& update) = 0;
    /// The route that a module has comes from there now; nothing else of it changed.
    virtual void on_origin(ModuleId /*module*/, const RouteOrigin& /*origin*/) {}
};

}  // namespace lars::agent
