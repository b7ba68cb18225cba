#pragma once

#include "agent/module_view.hpp"

#include <boost/json.hpp>

#include <cstddef>

namespace lars::agent {

/// A line of /debug/modules.
boost::json::object to_json(const ModuleSummary& summary, std::size_t shard);
/// The page of one module.
boost::json::object to_json(const ModuleDetails& details, std::size_t shard);

}  // namespace lars::agent
