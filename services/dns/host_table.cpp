#include "dns/host_table.hpp"

#include <algorithm>
#include <utility>

namespace lars::dns {

void HostTable::set(ModuleId module, const std::set<std::string>& hosts, Time now) {
    const auto found = named_by_.find(module);
    const auto before = found == named_by_.end() ? std::set<std::string>() : found->second;
    if (hosts == before) return;
    for (const auto& host : hosts) {
        if (!before.contains(host)) name(host, module, now);
    }
    for (const auto& host : before) {
        if (!hosts.contains(host)) unname(host, module);
    }
    if (hosts.empty()) {
        named_by_.erase(module);
    } else {
        named_by_[module] = hosts;
    }
}

void HostTable::name(const std::string& host, ModuleId module, Time now) {
    const auto [entry, fresh] = hosts_.try_emplace(host);
    entry->second.modules.insert(module);
    if (fresh) schedule(entry, now);
}

void HostTable::unname(const std::string& host, ModuleId module) {
    const auto entry = hosts_.find(host);
    auto& modules = entry->second.modules;
    modules.erase(module);
    if (!modules.empty()) return;
    if (entry->second.failing()) --failing_;
    due_.erase({entry->second.due, host});
    hosts_.erase(entry);
}

void HostTable::schedule(Hosts::iterator host, Time due) {
    host->second.due = due;
    due_.emplace(due, host->first);
}

std::optional<std::string> HostTable::begin_due(Time now) {
    if (next_due() > now) return std::nullopt;
    auto host = std::move(due_.extract(due_.begin()).value().second);
    hosts_.find(host)->second.running = true;
    return host;
}

HostTable::Time HostTable::next_due() const {
    return due_.empty() ? Time::max() : due_.begin()->first;
}

std::vector<ModuleId> HostTable::end(const std::string& host, HostRecords records, Time now) {
    const auto entry = hosts_.find(host);
    // It may have been dropped meanwhile, and named again: then it is due, and not running.
    if (entry == hosts_.end() || !entry->second.running) return {};
    auto& known = entry->second;
    known.running = false;
    if (known.failing()) --failing_;
    schedule(entry, now + until_next(known, records));
    if (known.failing()) ++failing_;
    bool changed = false;
    if (records.error.empty() || records.denied) changed = !std::exchange(known.known, true);
    if (records.addresses.size() > kMaxAddresses) records.addresses.resize(kMaxAddresses);
    if (records.error.empty() && records.addresses != known.addresses) {
        known.addresses = std::move(records.addresses);
        changed = true;
    }
    if (!changed) return {};
    return {known.modules.begin(), known.modules.end()};
}

std::chrono::seconds HostTable::until_next(Host& host, const HostRecords& records) {
    if (!records.error.empty()) {
        host.retry = host.retry.count() == 0 ? kFirstRetry : std::min(2 * host.retry, kDefaultTtl);
        return host.retry;
    }
    host.retry = {};
    return records.ttl.count() <= 0 ? kDefaultTtl : std::max(records.ttl, kMinTtl);
}

const std::vector<Address>& HostTable::addresses(std::string_view host) const {
    static const std::vector<Address> none;
    const auto found = hosts_.find(host);
    return found == hosts_.end() ? none : found->second.addresses;
}

bool HostTable::known(std::string_view host) const {
    const auto found = hosts_.find(host);
    return found != hosts_.end() && found->second.known;
}

}  // namespace lars::dns
