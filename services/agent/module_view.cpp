#include "agent/module_view.hpp"

#include <algorithm>

namespace lars::agent {
namespace {

// Each is a cache miss.
constexpr std::size_t kIdsAtOnce = 1'024;

ModuleSummary summarize(const Module& module, lb::Time now) {
    ModuleSummary summary{
        .module = module.id(),
        .etag = module.etag(),
        .unused = now - module.use.last,
        .queries = module.use.queries,
        .reports = module.use.reports,
    };
    if (const auto* balancer = module.balancer()) {
        summary.name = balancer->endpoint_table().name();
        summary.endpoints = balancer->endpoint_table().size();
        summary.policy = balancer->policy().name();
    }
    return summary;
}

}  // namespace

// A module that is dropped leaves its position to the last one: going backwards sees each that
// stays.
ModuleIds ids_before(const ModuleMap& modules, std::size_t end, ModuleId after) {
    end = std::min(end, modules.size());
    ModuleIds found{.modules = {}, .left = end - std::min(end, kIdsAtOnce)};
    for (auto i = found.left; i < end; ++i) {
        const auto id = modules.at(i).id();
        if (after < id) found.modules.push_back(id);
    }
    return found;
}

std::vector<ModuleSummary> summarize(
    ModuleTable& table, const std::vector<ModuleId>& modules, lb::Time now
) {
    std::vector<ModuleSummary> found;
    for (const auto id : modules) {
        if (const auto* module = table.find(id)) found.push_back(summarize(*module, now));
    }
    return found;
}

std::optional<ModuleDetails> details_of(
    ModuleTable& table, const ChangeLog& changes, ModuleId id, lb::Time now
) {
    const auto* module = table.find(id);
    if (!module) return {};
    ModuleDetails details{.summary = summarize(*module, now), .changes = changes.of(id)};
    if (const auto* balancer = module->balancer()) {
        details.endpoint_table = balancer->shared_endpoint_table();
        details.zone = balancer->zone();
        details.endpoints.reserve(details.endpoint_table->size());
        balancer->visit([&details](const auto& view) { details.endpoints.push_back(view); });
    }
    return details;
}

}  // namespace lars::agent
