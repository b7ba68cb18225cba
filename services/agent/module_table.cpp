#include "agent/module_table.hpp"

#include <algorithm>
#include <utility>

namespace lars::agent {
namespace {

// So many modules are looked at in any turn: fewer would save nothing.
constexpr std::size_t kMinVisits = 64;

}  // namespace

ModuleTable::ModuleTable(
    const Options& options, MakePolicy make_policy, const lb::Listener* listener
)
    : modules_(std::move(make_policy), listener),
      pulls_(options.update_timeout),
      eviction_(options.limits) {
    modules_.set_zone(options.zone);
}

Module* ModuleTable::use(ModuleId id, lb::Time now) {
    auto* module = find(id);
    if (!module) {
        if (!eviction_.admits_unknown(modules_)) return nullptr;
        module = &add(id, now);
        pulls_.add(*module, now);
    }
    PullSchedule::note_use(*module);
    Eviction::note_query(*module, now);
    return module;
}

Module& ModuleTable::add(ModuleId id, lb::Time now) {
    auto& module = modules_.add(id);
    module.use.last = now;
    return module;
}

bool ModuleTable::report(
    ModuleId id, const Endpoint& endpoint, const lb::Call& call, lb::Time now
) {
    auto* module = find(id);
    if (!module || !module->balancer()) return false;
    const auto slot = module->balancer()->report(endpoint, call, now);
    if (!slot) return false;
    calls_.count(*module, *slot, call, now);
    return true;
}

void ModuleTable::restore(lb::EndpointTablePtr endpoint_table, lb::Time now) {
    if (!eviction_.admits(modules_)) return;
    const auto id = endpoint_table->module();
    auto* module = find(id);
    hold(module ? *module : add(id, now), std::move(endpoint_table), now);
}

bool ModuleTable::set_route(lb::EndpointTablePtr endpoint_table, RouteSource source, lb::Time now) {
    auto* module = find(endpoint_table->module());
    if (!module) return false;  // dropped meanwhile, or never asked for
    const bool empty = endpoint_table->size() == 0;
    if (!PullSchedule::believe(*module, empty, source, now)) return false;
    const auto before = module->etag();
    const auto origin_before = module->origin;
    hold(*module, std::move(endpoint_table), now);
    return module->etag() != before || module->origin != origin_before;
}

bool ModuleTable::confirm(const RouteConfirmation& confirmation, lb::Time now) {
    auto* module = find(confirmation.module);
    // Another route may have come since it was asked for.
    if (!module || module->etag() != confirmation.etag) return false;
    pulls_.note_route(*module, now);
    module->pull.answered = true;
    if (confirmation.origin.store_id == 0) return false;  // of a dns that doesn't say
    return std::exchange(module->origin, confirmation.origin) != confirmation.origin;
}

void ModuleTable::hold(Module& module, lb::EndpointTablePtr endpoint_table, lb::Time now) {
    pulls_.note_route(module, now);
    const bool never_known = !module.balancer() && endpoint_table->size() == 0;
    const bool same = module.etag() == endpoint_table->etag();
    // A dns that doesn't say where the same route is from doesn't say that it is from elsewhere.
    if (!same || endpoint_table->store_id() != 0) {
        module.origin = {endpoint_table->store_id(), endpoint_table->version()};
    }
    if (never_known || same) return;
    calls_.retire_route(module);
    modules_.set_route(module, std::move(endpoint_table), now);
}

void ModuleTable::advance(bool dns_reachable, lb::Time now) {
    const auto visits = std::min(size(), std::max(kMinVisits, size() / kTurns + 1));
    for (std::size_t i = 0; i < visits; ++i) {
        if (next_ >= size()) next_ = 0;
        auto& module = modules_.at(next_);
        // Calls are counted at modules that nobody asks for any more, too.
        if (eviction_.expired(module, dns_reachable, now) && !calls_.holds(module)) {
            eviction_.evict(modules_, module);
            continue;  // another one has its position
        }
        if (module.balancer()) module.balancer()->advance(now);
        calls_.release_idle(module, now);
        pulls_.advance(module, now);
        ++next_;
    }
}

}  // namespace lars::agent
