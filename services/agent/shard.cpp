#include "agent/shard.hpp"

#include "base/module_name.hpp"

#include <algorithm>
#include <utility>

namespace lars::agent {

Shard::Shard(
    Place place,
    const Options& options,
    ModuleTable::MakePolicy make_policy,
    const lb::Listener* listener,
    const lb::Random& random,
    metrics::Registry& metrics
)
    : place_(place),
      max_wait_(options.max_wait),
      retry_options_(options.retries),
      modules_(options.modules, std::move(make_policy), listener),
      names_(options.names),
      random_(random),
      bad_input_(metrics),
      reports_(metrics.counter("lars_agent_reports_total", "Reports of known endpoints")),
      strange_reports_(metrics.counter(
          "lars_agent_strange_reports_total", "Reports of modules or endpoints not held"
      )),
      misdirected_(metrics.counter(
          "lars_agent_misdirected_total", "Datagrams that came to another shard's port"
      )),
      refused_(metrics.counter(
          "lars_agent_modules_refused_total", "Questions for modules beyond the most that are held"
      )),
      waited_(metrics.counter(
          "lars_agent_first_calls_waited_total", "First questions that waited for their route"
      )),
      unparked_(metrics.counter(
          "lars_agent_first_calls_refused_total",
          "First questions that didn't wait for their route, because too many do"
      )),
      named_(metrics.counter("lars_agent_named_total", "Questions and reports that say a name")),
      aliased_(metrics.counter(
          "lars_agent_alias_used_total", "Questions and reports that say an alias of a name"
      )),
      nameless_(metrics.counter(
          "lars_agent_unknown_names_total",
          "Questions and reports whose name stands for nothing, or for what isn't known yet"
      )),
      names_refused_(metrics.counter(
          "lars_agent_names_refused_total", "Questions for names beyond the most that are held"
      )),
      retries_(metrics.counter(
          "lars_agent_retries_total", "Questions for another endpoint after a call failed"
      )),
      refused_retries_(metrics.counter(
          "lars_agent_retries_refused_total",
          "… that were answered OVERLOAD, because the module's budget of retries was spent"
      )) {
    for (std::size_t code = 0; code < answers_.size(); ++code) {
        answers_[code] = &metrics.counter(
            "lars_agent_get_host_total",
            "get_host answered, by return code",
            {{"code", to_string(static_cast<ReturnCode>(code))}}
        );
    }
    for (std::size_t level = 0; level < near_.size(); ++level) {
        near_[level] = &metrics.counter(
            "lars_agent_nearness_total",
            "Endpoints given by get_host, by how near they are, where zones are known",
            {{"nearness", std::string(to_string(static_cast<Nearness>(level)))}}
        );
    }
}

NameAnswer Shard::find_module(
    std::string_view text, std::chrono::milliseconds max_wait, const Asker& asker, lb::Time now
) {
    const auto* name = say(text, now);
    if (name && name->known) return name->module;
    if (name && !name->answered && park_for_name(text, max_wait, asker, now)) return Parked{};
    nameless_.add();
    return Unknown{};
}

std::optional<ModuleId> Shard::known_module(std::string_view text, lb::Time now) {
    const auto* name = say(text, now);
    if (name && name->known) return name->module;
    nameless_.add();
    return {};
}

// Null when the name isn't held, and won't be.
NameTable::Name* Shard::say(std::string_view text, lb::Time now) {
    named_.add();
    auto* name = names_.find(text);
    if (name) {
        name->last = now;
        if (name->alias) aliased_.add();
        return name;
    }
    if (!why_no_name(text).empty()) return nullptr;
    name = names_.use(text, now);
    if (!name) {
        names_refused_.add();
        ++refusals_.names;
    }
    return name;
}

void Shard::set_name(const NameUpdate& update, lb::Time now) {
    names_.set(update, now);
    for (const auto& each : waiters_.drain_name(update.name)) each.ask_again();
}

HostAnswer Shard::get_host(const HostQuery& query, const Asker& asker, lb::Time now) {
    if (const auto owner = other_owner(query.module)) return *owner;
    auto* module = use(query.module, now);
    if (!module) return counted({});
    if (module->balancer()) return counted(pick_of(*module, query.context, now));
    if (!module->pull.answered && park(query, asker, now)) return Parked{};
    return counted({});
}

// Precondition: it has a balancer.
lb::Pick Shard::pick_of(Module& module, const lb::PickContext& context, lb::Time now) {
    if (context.attempt > 0) {
        retries_.add();
        const auto calls = static_cast<std::uint32_t>(module.use.queries);
        const auto wait = module.retries.take(retry_options_, calls, now);
        if (wait > std::chrono::milliseconds::zero()) {
            refused_retries_.add();
            return {.code = ReturnCode::overload, .endpoint = {}, .wait = wait};
        }
    }
    return module.balancer()->pick(context, now, random_);
}

RouteAnswer Shard::get_route(ModuleId id, lb::Time now) {
    if (const auto owner = other_owner(id)) return *owner;
    const auto* module = use(id, now);
    const auto* balancer = module ? module->balancer() : nullptr;
    return balancer;
}

ReportAnswer Shard::report(const CallReport& report, lb::Time now) {
    if (!report.module.valid()) {
        bad_input_.count(Errc::negative_module);
        return Nothing{};
    }
    if (const auto owner = other_owner(report.module)) return *owner;
    const bool known = modules_.report(report.module, report.endpoint, report.call, now);
    (known ? reports_ : strange_reports_).add();
    return Nothing{};
}

// Null when the module isn't held, and won't be.
Module* Shard::use(ModuleId id, lb::Time now) {
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
        return nullptr;
    }
    auto* module = modules_.use(id, now);
    if (!module) {
        refused_.add();
        ++(modules_.full() ? refusals_.modules : refusals_.unknown);
    }
    return module;
}

std::optional<Forward> Shard::other_owner(ModuleId id) {
    if (!id.valid()) return {};  // owned by nobody: answered where it came
    const auto owner = shard_of(id, place_.shards);
    if (owner == place_.index) return {};
    misdirected_.add();
    return Forward{owner};
}

lb::Pick Shard::counted(lb::Pick pick) {
    answers_[static_cast<std::size_t>(pick.code)]->add();
    if (pick.nearness) near_[static_cast<std::size_t>(*pick.nearness)]->add();
    return pick;
}

bool Shard::park(const HostQuery& query, const Asker& asker, lb::Time now) {
    const auto wait = std::min(query.max_wait, max_wait_);
    if (!dns_reachable_ || !may_park(wait)) return false;
    waiters_.add(
        {query.module, Waiters::Context(query.context), now + wait, asker.late_reply(), {}, {}}
    );
    waited_.add();
    return true;
}

bool Shard::park_for_name(
    std::string_view name, std::chrono::milliseconds max_wait, const Asker& asker, lb::Time now
) {
    const auto wait = std::min(max_wait, max_wait_);
    if (!names_reachable_ || !may_park(wait)) return false;
    auto again = asker.ask_again();
    if (!again) return false;
    waiters_.add(
        {{},
         Waiters::Context({}),
         now + wait,
         asker.late_reply(),
         std::string(name),
         std::move(again)}
    );
    waited_.add();
    return true;
}

bool Shard::may_park(std::chrono::milliseconds wait) {
    if (wait <= std::chrono::milliseconds::zero()) return false;
    if (waiters_.has_room()) return true;
    unparked_.add();
    ++refusals_.waits;
    return false;
}

void Shard::reply(const std::vector<Waiters::Waiter>& waiters, lb::Time now) {
    for (const auto& each : waiters) {
        auto* module = each.name.empty() ? modules_.find(each.module) : nullptr;
        auto* balancer = module ? module->balancer() : nullptr;
        each.reply(counted(balancer ? balancer->pick(each.context.get(), now, random_) : lb::Pick())
        );
    }
}

bool Shard::set_route(lb::EndpointTablePtr endpoint_table, RouteSource source, lb::Time now) {
    const auto id = endpoint_table->module();
    const bool changed = modules_.set_route(std::move(endpoint_table), source, now);
    const auto waiters = waiters_.drain(id);
    reply(waiters, now);
    return changed;
}

void Shard::set_dns_reachable(bool reachable) {
    dns_reachable_ = reachable;
    if (reachable) modules_.ask_all();
}

void Shard::end_waits(lb::Time now) {
    const auto waiters = waiters_.drain_due(now);
    reply(waiters, now);
}

}  // namespace lars::agent
