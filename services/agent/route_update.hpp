#pragma once

#include "agent/route_bytes.hpp"
#include "agent/route_origin.hpp"
#include "base/module_id.hpp"
#include "lb/endpoint_table.hpp"

namespace lars::agent {

/// Which kind of dns answered: an original one can't tell a module that was removed from a table
/// that is empty just now.
enum class RouteSource { ours, original };

/// A route that dns sent, decoded once for all who use it.
struct RouteUpdate {
    lb::EndpointTablePtr endpoint_table;
    RouteBytes bytes;
    RouteSource source = RouteSource::ours;
};

/// dns says that a module's route is the one that is held, and where it is from now.
struct RouteConfirmation {
    ModuleId module;
    std::uint64_t etag = 0;
    RouteOrigin origin;
};

}  // namespace lars::agent
