#pragma once

#include "agent/route_origin.hpp"
#include "base/module_id.hpp"

#include <optional>
#include <string>

namespace lars::agent {

/// What dns says that a name stands for.
struct NameMeaning {
    std::optional<ModuleId> module;  ///< none: no module has the name
    std::string target;              ///< the name that it is an alias of; empty: it is none
    RouteOrigin origin;              ///< where this is from

    friend bool operator==(const NameMeaning&, const NameMeaning&) = default;
};

struct NameUpdate {
    std::string name;
    NameMeaning meaning;

    friend bool operator==(const NameUpdate&, const NameUpdate&) = default;
};

}  // namespace lars::agent
