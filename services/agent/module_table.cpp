#include "agent/module_table.hpp"

#include <algorithm>

namespace lars::agent {
namespace {

// A question stays unanswered only if the connection was lost, and then all are asked again; this
// is the net under that.
constexpr auto kAskAgain = std::chrono::seconds(1);
// A module that isn't used for so long gives back what only calls need.
constexpr auto kRest = std::chrono::seconds(10);
// So many modules are looked at in one turn without a thought.
constexpr std::size_t kFew = 64;

}  // namespace

ModuleTable::ModuleTable(
    const Options& options, MakePolicy make_policy, const lb::Listener* listener
)
    : options_(options), make_policy_(std::move(make_policy)), listener_(listener) {}

ModuleTable::Module* ModuleTable::find(ModuleId id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

ModuleTable::Module* ModuleTable::use(ModuleId id, lb::Time now) {
    auto* module = find(id);
    if (!module) {
        if (unknown_ >= options_.max_unknown || size() >= options_.max_modules) return nullptr;
        module = &add(id, now);
        want(*module, now + kAskAgain);
    }
    module->used_ = true;
    module->last_used_ = now;
    ++module->questions_;
    return module;
}

ModuleTable::Module& ModuleTable::add(ModuleId id, lb::Time now) {
    const bool asking = asking_ < size();
    auto& module = *modules_.emplace_back(std::make_unique<Module>());
    if (!asking) asking_ = size();
    module.id_ = id;
    module.position_ = static_cast<std::uint32_t>(size() - 1);
    module.last_used_ = now;
    by_id_.emplace(id, &module);
    ++unknown_;
    return module;
}

void ModuleTable::drop(Module& module) {
    const auto position = module.position_;
    unknown_ -= module.unknown();
    dropped_.push_back(module.id_);
    by_id_.erase(module.id_);
    auto& last = modules_.back();
    // The last one takes the place, and may so get behind the one who asks for all.
    const bool passed = position < asking_ && last->position_ >= asking_;
    if (passed) wanted_.push_back(last->id_);
    last->position_ = position;
    std::swap(modules_[position], last);
    modules_.pop_back();
    asking_ = std::min(asking_, size());
}

bool ModuleTable::report(
    ModuleId id, const Endpoint& endpoint, const lb::Call& call, lb::Time now
) {
    auto* module = find(id);
    if (!module || !module->balancer_) return false;
    const auto slot = module->balancer_->report(endpoint, call, now);
    if (!slot) return false;
    ++module->reports_;
    auto& counted = module->counted_;
    const auto size = module->balancer_->endpoint_table().size();
    if (!counted.calls) {
        counted.calls = std::make_unique<Module::Calls[]>(size);
        counted.since = now;
    }
    auto& calls = counted.calls[*slot];
    lb::add_one(call.outcome == lb::CallOutcome::success ? calls.successes : calls.failures);
    if (call.latency) {
        const auto latency_us = static_cast<std::uint64_t>(call.latency->count());
        if (!counted.latencies) counted.latencies = std::make_unique<Module::Latencies[]>(size);
        calls.latency_sum_us += latency_us;
        lb::add_one(counted.latencies[*slot][latency_bucket(latency_us)]);
    }
    if (!module->called_) called_.push_back(module);
    module->called_ = true;
    return true;
}

void ModuleTable::restore(lb::EndpointTablePtr endpoint_table, lb::Time now) {
    if (size() >= options_.max_modules) return;
    const auto id = endpoint_table->module();
    auto* module = find(id);
    hold(module ? *module : add(id, now), std::move(endpoint_table), now);
}

bool ModuleTable::set_route(lb::EndpointTablePtr endpoint_table, RouteSource source, lb::Time now) {
    auto* module = find(endpoint_table->module());
    if (!module) return false;  // forgotten meanwhile, or never asked for
    module->answered_ = true;
    const bool emptied = endpoint_table->size() == 0 && !module->unknown();
    if (emptied && source == RouteSource::original && ++module->empty_answers_ < 2) {
        module->next_pull_ = now + kAskAgain;
        module->used_ = true;
        return false;
    }
    const auto before = module->etag();
    hold(*module, std::move(endpoint_table), now);
    return module->etag() != before;
}

void ModuleTable::hold(Module& module, lb::EndpointTablePtr endpoint_table, lb::Time now) {
    module.empty_answers_ = 0;
    module.next_pull_ = now + options_.update_timeout;
    auto& balancer = module.balancer_;
    if (!balancer && endpoint_table->size() == 0) return;
    if (balancer && balancer->endpoint_table().etag() == endpoint_table->etag()) return;
    if (module.counted_.calls) {
        departed_.push_back({balancer->shared_endpoint_table(), std::exchange(module.counted_, {})}
        );
    }
    unknown_ -= module.unknown();
    if (!balancer) {
        balancer.emplace(make_policy_(module.id_, endpoint_table->policy()), listener_);
    } else if (endpoint_table->policy() != balancer->endpoint_table().policy()) {
        balancer->use(make_policy_(module.id_, endpoint_table->policy()), now);
    }
    balancer->update(std::move(endpoint_table), now);
    unknown_ += module.unknown();
}

void ModuleTable::want(Module& module, lb::Time next_pull) {
    module.used_ = false;
    module.next_pull_ = next_pull;
    wanted_.push_back(module.id_);
}

void ModuleTable::ask_all() {
    wanted_.clear();
    asking_ = 0;
}

std::vector<Pull> ModuleTable::take_pulls(std::size_t max, lb::Time now) {
    std::vector<Pull> pulls;
    while (pulls.size() < max && asking_ < size()) {
        auto& module = *modules_[asking_++];
        module.next_pull_ = now + kAskAgain;
        pulls.push_back({module.id_, module.etag()});
    }
    while (pulls.size() < max && !wanted_.empty()) {
        const auto* module = find(wanted_.back());
        if (module) pulls.push_back({module->id_, module->etag()});
        wanted_.pop_back();
    }
    return pulls;
}

std::vector<ModuleId> ModuleTable::take_dropped() {
    return std::exchange(dropped_, {});
}

void ModuleTable::advance(bool dns_reachable, lb::Time now) {
    const auto visits = std::min(size(), std::max(kFew, size() / kTurns + 1));
    for (std::size_t i = 0; i < visits; ++i) {
        if (hand_ >= size()) hand_ = 0;
        auto& module = *modules_[hand_];
        const auto unused = now - module.last_used_;
        const bool known = !module.unknown();
        const bool tired = known ? dns_reachable && unused >= options_.idle_timeout
                                 : unused >= options_.unknown_timeout;
        if (tired && !module.called_ && !partly_taken(module)) {
            drop(module);
            continue;
        }
        if (module.balancer_) module.balancer_->advance(now);
        if (!module.called_ && !partly_taken(module) && unused >= kRest) module.counted_ = {};
        if (module.used_ && now >= module.next_pull_) {
            want(module, now + (module.answered_ ? options_.update_timeout : kAskAgain));
        }
        ++hand_;
    }
}

std::vector<ModuleCalls> ModuleTable::take_calls(std::size_t max, lb::Time now) {
    std::vector<ModuleCalls> all;
    const auto keep = [&all](ModuleCalls taken) {
        if (!taken.endpoints.empty()) all.push_back(std::move(taken));
    };
    if (taking_.empty()) std::swap(taking_, called_);
    while (max > 0 && !departed_.empty()) {
        auto& departed = departed_.front();
        ModuleCalls taken{departed.endpoint_table->module(), {}};
        max -= take_some(departed, max, taken);
        keep(std::move(taken));
        if (next_departed_ < departed.endpoint_table->size()) break;
        departed_.pop_front();
        next_departed_ = 0;
    }
    while (max > 0 && !taking_.empty()) {
        auto& module = *taking_.back();
        // What is counted from now on is for the next time.
        if (next_slot_ == 0) module.called_ = false;
        ModuleCalls taken{module.id_, {}};
        max -= take_some(module, max, now, taken);
        keep(std::move(taken));
        if (next_slot_ < module.balancer_->endpoint_table().size()) break;
        module.counted_.since = now;
        taking_.pop_back();
        next_slot_ = 0;
    }
    return all;
}

std::size_t ModuleTable::take_some(
    Module& module, std::size_t max, lb::Time now, ModuleCalls& taken
) {
    const auto& balancer = *module.balancer_;
    auto& counted = module.counted_;
    const auto size = balancer.endpoint_table().size();
    // Another route, a smaller one, may have come since the last part.
    const auto first = std::min(next_slot_, static_cast<lb::Slot>(size));
    next_slot_ = static_cast<lb::Slot>(std::min<std::size_t>(size, first + max));
    if (!counted.calls) {  // they have departed with their route
        next_slot_ = static_cast<lb::Slot>(size);
        return 1;
    }
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - counted.since);
    for (auto slot = first; slot < next_slot_; ++slot) {
        const auto view = balancer.view(slot);
        const bool overload = lb::suspended(view.state);
        auto calls = taken_from(counted, slot, balancer.endpoint_table());
        if (!calls && !overload) continue;
        if (!calls) calls.emplace().endpoint = view.endpoint;
        calls->window_successes = view.successes;
        calls->window_failures = view.failures;
        calls->overload = overload;
        if (overload) calls->overloaded_ms = static_cast<std::uint32_t>(passed.count());
        taken.endpoints.push_back(*calls);
    }
    return next_slot_ - first;
}

std::size_t ModuleTable::take_some(Departed& departed, std::size_t max, ModuleCalls& taken) {
    const auto first = next_departed_;
    const auto size = departed.endpoint_table->size();
    next_departed_ = static_cast<lb::Slot>(std::min<std::size_t>(size, first + max));
    for (auto slot = first; slot < next_departed_; ++slot) {
        auto calls = taken_from(departed.counted, slot, *departed.endpoint_table);
        if (!calls) continue;
        calls->window_successes = calls->successes;
        calls->window_failures = calls->failures;
        taken.endpoints.push_back(*calls);
    }
    return next_departed_ - first;
}

std::optional<EndpointCalls> ModuleTable::taken_from(
    Module::Counted& counted, lb::Slot slot, const lb::EndpointTable& endpoint_table
) {
    const auto calls = std::exchange(counted.calls[slot], {});
    if (calls.successes == 0 && calls.failures == 0) return {};
    EndpointCalls taken{
        .endpoint = endpoint_table.endpoint(slot),
        .successes = calls.successes,
        .failures = calls.failures,
        .latency_sum_us = calls.latency_sum_us,
    };
    if (counted.latencies) taken.latencies = std::exchange(counted.latencies[slot], {});
    return taken;
}

}  // namespace lars::agent
