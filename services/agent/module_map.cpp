#include "agent/module_map.hpp"

#include <utility>

namespace lars::agent {

ModuleMap::ModuleMap(MakePolicy make_policy, const lb::Listener* listener)
    : make_policy_(std::move(make_policy)), listener_(listener) {}

Module& ModuleMap::add(ModuleId id) {
    auto& module = *modules_.emplace_back(std::make_unique<Module>(id));
    module.position_ = static_cast<std::uint32_t>(size() - 1);
    by_id_.emplace(id, &module);
    ++unknown_;
    return module;
}

void ModuleMap::remove(Module& module) {
    unknown_ -= module.unknown();
    by_id_.erase(module.id_);
    const auto position = module.position_;
    auto& last = modules_.back();
    last->position_ = position;
    std::swap(modules_[position], last);
    modules_.pop_back();
}

void ModuleMap::set_zone(const std::string& zone) {
    if (zone == zone_) return;
    zone_ = zone;
    for (const auto& module : modules_) {
        if (module->balancer_) module->balancer_->set_zone(zone_);
    }
}

void ModuleMap::set_route(Module& module, lb::EndpointTablePtr endpoint_table, lb::Time now) {
    unknown_ -= module.unknown();
    auto& balancer = module.balancer_;
    if (!balancer) {
        balancer.emplace(make_policy_(module.id_, endpoint_table->policy()), listener_);
        balancer->set_zone(zone_);
    } else if (endpoint_table->policy() != balancer->endpoint_table().policy()) {
        balancer->use(make_policy_(module.id_, endpoint_table->policy()), now);
    }
    balancer->update(std::move(endpoint_table), now);
    unknown_ += module.unknown();
}

}  // namespace lars::agent
