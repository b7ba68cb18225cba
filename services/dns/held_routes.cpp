#include "dns/held_routes.hpp"

namespace lars::dns {

void HeldRoutes::hold(net::Session& session, const HeldRoute& route) {
    modules_[route.module][&session] = route;
    sessions_[&session].insert(route.module);
}

std::optional<HeldRoute> HeldRoutes::release(net::Session& session, ModuleId module) {
    const auto* found = find(session, module);
    if (!found) return {};
    const auto held = *found;
    auto& sessions = modules_.at(module);
    sessions.erase(&session);
    if (sessions.empty()) modules_.erase(module);
    auto& modules = sessions_.at(&session);
    modules.erase(module);
    if (modules.empty()) sessions_.erase(&session);
    return held;
}

std::vector<HeldRoute> HeldRoutes::release(net::Session& session) {
    std::vector<HeldRoute> released;
    const auto found = sessions_.find(&session);
    if (found == sessions_.end()) return released;
    const auto modules = found->second;
    for (const auto module : modules) {
        if (auto held = release(session, module)) released.push_back(*held);
    }
    return released;
}

const HeldRoute* HeldRoutes::find(net::Session& session, ModuleId module) const {
    const auto sessions = modules_.find(module);
    if (sessions == modules_.end()) return nullptr;
    const auto found = sessions->second.find(&session);
    return found == sessions->second.end() ? nullptr : &found->second;
}

std::vector<net::Session*> HeldRoutes::of(ModuleId module) const {
    std::vector<net::Session*> all;
    const auto found = modules_.find(module);
    if (found == modules_.end()) return all;
    for (const auto& [session, held] : found->second) all.push_back(session);
    return all;
}

std::vector<ModuleId> HeldRoutes::modules() const {
    std::vector<ModuleId> all;
    all.reserve(modules_.size());
    for (const auto& [module, sessions] : modules_) all.push_back(module);
    return all;
}

}  // namespace lars::dns
