#pragma once

#include "agent/route_origin.hpp"
#include "base/module_id.hpp"

#include <cstdint>

namespace lars::agent {

/// A request to dns for the route of one module.
struct Pull {
    ModuleId module;
    std::uint64_t etag = 0;  ///< of the route that is held already; 0: none
    RouteOrigin origin;      ///< of that route
    std::uint32_t rows = 0;  ///< its endpoints

    friend bool operator==(const Pull&, const Pull&) = default;
};

}  // namespace lars::agent
