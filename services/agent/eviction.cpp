#include "agent/eviction.hpp"

namespace lars::agent {

bool Eviction::expired(const Module& module, bool dns_reachable, lb::Time now) const {
    const auto unused = now - module.use.last;
    if (module.unknown()) return unused >= limits_.unknown_timeout;
    return dns_reachable && unused >= limits_.idle_timeout;
}

void Eviction::evict(ModuleMap& modules, Module& module) {
    evicted_.push_back(module.id());
    modules.remove(module);
}

}  // namespace lars::agent
