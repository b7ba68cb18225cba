#include "agent/module_table.hpp"

namespace lars::agent {
namespace {

// A question stays unanswered only if the connection was lost, and then all are asked again; this
// is the net under that.
constexpr auto kAskAgain = std::chrono::seconds(1);

}  // namespace

bool ModuleTable::Module::report(const Endpoint& endpoint, const lb::Call& call, lb::Time now) {
    if (!balancer_ || !balancer_->report(endpoint, call, now)) return false;
    auto& calls = calls_[endpoint];
    lb::add_one(call.outcome == lb::CallOutcome::success ? calls.successes : calls.failures);
    if (call.latency) calls.latency_sum_us += static_cast<std::uint64_t>(call.latency->count());
    called_ = true;
    return true;
}

ModuleTable::ModuleTable(
    const Options& options, MakePolicy make_policy, const lb::Listener* listener
)
    : options_(options), make_policy_(std::move(make_policy)), listener_(listener) {}

ModuleTable::Module* ModuleTable::find(ModuleId id) {
    const auto found = modules_.find(id);
    return found == modules_.end() ? nullptr : &found->second;
}

ModuleTable::Module* ModuleTable::use(ModuleId id, lb::Time now) {
    auto* module = find(id);
    if (!module) {
        if (unknown_ >= options_.max_unknown) {
            ++refused_unknown_;
            return nullptr;
        }
        ++unknown_;
        module = &modules_[id];
        module->next_pull_ = now + kAskAgain;
        wanted_.push_back(id);
    }
    module->used_ = true;
    module->last_used_ = now;
    return module;
}

void ModuleTable::restore(const Route& route, lb::Time now) {
    const auto [entry, added] = modules_.try_emplace(route.module);
    if (added) ++unknown_;
    entry->second.last_used_ = now;
    hold(entry->second, route, now);
}

bool ModuleTable::set_route(Route route, RouteSource source, lb::Time now) {
    auto* module = find(route.module);
    if (!module) return false;  // forgotten meanwhile, or never asked for
    const bool emptied = route.endpoints.empty() && !module->unknown();
    if (emptied && source == RouteSource::original && ++module->empty_answers_ < 2) {
        module->next_pull_ = now + kAskAgain;
        module->used_ = true;
        return false;
    }
    const auto before = module->etag_;
    hold(*module, std::move(route), now);
    return module->etag_ != before;
}

void ModuleTable::hold(Module& module, Route route, lb::Time now) {
    module.empty_answers_ = 0;
    module.next_pull_ = now + options_.update_timeout;
    unknown_ -= module.unknown();
    module.etag_ = etag_of(route);
    auto& balancer = module.balancer_;
    if (!balancer) {
        balancer = std::make_unique<lb::Balancer>(make_policy_(route), listener_);
    } else if (route.policy != module.route_.policy) {
        balancer->use(make_policy_(route), now);
    }
    module.route_ = std::move(route);
    unknown_ += module.unknown();
    balancer->update(module.route_, now);
}

void ModuleTable::ask_all() {
    wanted_.clear();
    for (const auto& [id, module] : modules_) wanted_.push_back(id);
}

std::vector<Pull> ModuleTable::take_pulls(lb::Time now) {
    std::vector<Pull> pulls;
    for (const auto id : wanted_) {
        auto* module = find(id);
        if (!module) continue;
        module->next_pull_ = now + kAskAgain;
        pulls.push_back({id, module->etag_});
    }
    wanted_.clear();
    for (auto& [id, module] : modules_) {
        if (!module.used_ || now < module.next_pull_) continue;
        module.used_ = false;
        module.next_pull_ = now + options_.update_timeout;
        pulls.push_back({id, module.etag_});
    }
    return pulls;
}

void ModuleTable::advance(lb::Time now) {
    for (auto entry = modules_.begin(); entry != modules_.end();) {
        auto& module = entry->second;
        if (module.balancer_) module.balancer_->advance(now);
        const bool idle = now - module.last_used_ > 2 * options_.update_timeout;
        if (module.unknown() && idle && !module.called_) {
            --unknown_;
            entry = modules_.erase(entry);
        } else {
            ++entry;
        }
    }
}

std::vector<ModuleCalls> ModuleTable::take_calls() {
    std::vector<ModuleCalls> all;
    for (auto& entry : modules_) {
        auto& module = entry.second;
        if (!module.called_) continue;
        module.called_ = false;
        auto& taken = all.emplace_back();
        taken.module = entry.first;
        module.balancer_->visit([&module, &taken](const lb::EndpointView& view) {
            const auto found = module.calls_.find(view.endpoint);
            if (found == module.calls_.end()) return;
            const auto& calls = found->second;
            taken.endpoints.push_back({
                .endpoint = view.endpoint,
                .successes = calls.successes,
                .failures = calls.failures,
                .latency_sum_us = calls.latency_sum_us,
                .window_successes = view.successes,
                .window_failures = view.failures,
                .overload = lb::suspended(view.state),
            });
            module.calls_.erase(found);
        });
        for (const auto& [endpoint, calls] : module.calls_) {  // no longer in the route
            taken.endpoints.push_back({
                .endpoint = endpoint,
                .successes = calls.successes,
                .failures = calls.failures,
                .latency_sum_us = calls.latency_sum_us,
                .window_successes = calls.successes,
                .window_failures = calls.failures,
            });
        }
        module.calls_.clear();
    }
    return all;
}

}  // namespace lars::agent
