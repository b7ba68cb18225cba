#pragma once

#include "agent/module.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lars::agent {

/// The modules that a shard holds, with their routes and balancers. Belongs to one thread.
class ModuleMap {
public:
    using MakePolicy = std::function<lb::PolicyFactory(ModuleId, const RoutePolicy&)>;

    /// The listener outlives the map; it may be null.
    explicit ModuleMap(MakePolicy make_policy, const lb::Listener* listener = nullptr);

    /// Null when it isn't held.
    Module* find(ModuleId id) {
        const auto found = by_id_.find(id);
        return found == by_id_.end() ? nullptr : found->second;
    }
    /// A new module, without a route. Precondition: it isn't held.
    Module& add(ModuleId id);
    /// The last one takes its position.
    void remove(Module& module);
    /// Where the callers of all modules are; empty: nobody knows.
    void set_zone(const std::string& zone);
    const std::string& zone() const { return zone_; }
    /// Gives the module another route, and another policy if the route names one. Feedback on
    /// endpoints that stay is kept.
    void set_route(Module& module, lb::EndpointTablePtr endpoint_table, lb::Time now);

    std::size_t size() const { return modules_.size(); }
    /// Of them without a route.
    std::size_t unknown() const { return unknown_; }
    /// All of them, in no order. Whoever looks at all in several turns goes backwards: so no
    /// removal in between hides one.
    Module& at(std::size_t position) { return *modules_[position]; }
    const Module& at(std::size_t position) const { return *modules_[position]; }

private:
    MakePolicy make_policy_;
    const lb::Listener* listener_;
    boost::unordered_flat_map<ModuleId, Module*, std::hash<ModuleId>> by_id_;
    std::vector<std::unique_ptr<Module>> modules_;
    std::size_t unknown_ = 0;
    std::string zone_;
};

}  // namespace lars::agent
