#include "dns/name_table.hpp"

#include <utility>

namespace lars::dns {
namespace {

bool is_of_replaced_store(HoldReason reason) {
    return reason == HoldReason::other_store || reason == HoldReason::later_version;
}

}  // namespace

NameTable::Changed NameTable::load(
    std::vector<store::ModuleNames> names,
    const Evidence& evidence,
    std::uint64_t store_id,
    std::uint64_t version
) {
    store_id_before_ = std::exchange(store_id_, store_id);
    version_before_ = std::exchange(version_, version);
    add_absent(names);
    // No log tells what left between.
    for (auto& each : names) each.removed = 0;
    return settle(std::move(names), evidence);
}

NameTable::Changed NameTable::apply(
    std::vector<store::ModuleNames> names, const Evidence& evidence, std::uint64_t version
) {
    store_id_before_ = store_id_;
    version_before_ = std::exchange(version_, version);
    return settle(std::move(names), evidence);
}

NameTable::Changed NameTable::repair(
    std::vector<store::ModuleNames> names, RouteTable::Trust trust
) {
    store_id_before_ = store_id_;
    version_before_ = version_;
    add_absent(names);
    return settle(std::move(names), {.trust = trust});
}

void NameTable::add_absent(std::vector<store::ModuleNames>& names) const {
    std::set<ModuleId> present;
    for (const auto& each : names) present.insert(each.module);
    for (const auto& [module, stored] : stored_) {
        if (present.contains(module)) continue;
        store::ModuleNames gone;
        gone.module = module;
        names.push_back(std::move(gone));
    }
}

NameTable::Changed NameTable::settle(
    std::vector<store::ModuleNames> reported, const Evidence& evidence
) {
    Removed removed;
    for (const auto& each : reported) removed[each.module] = each.removed;
    const auto touched = take_over(std::move(reported), evidence);
    Changed changed;
    // A name that stands for nothing any more, by the module that it left.
    std::map<ModuleId, std::vector<std::string>> lost;
    const auto names_before = served_.size();
    for (const auto& name : touched) {
        const auto now = meaning_of(name);
        const auto served = served_.find(name);
        if (served == served_.end()) {
            if (now) believe(name, now, changed);
            continue;
        }
        switch (judge(served->second, now, evidence)) {
            case Verdict::believe:
                believe(name, now, changed);
                break;
            case Verdict::weigh:
                lost[served->second.meaning.module].push_back(name);
                break;
            case Verdict::hold: {
                const bool replaced = evidence.trust == RouteTable::Trust::replaced;
                hold(name, replaced ? evidence.replaced : HoldReason::unexplained, changed);
                break;
            }
        }
    }
    weigh(lost, removed, evidence, names_before, changed);
    return changed;
}

// Answers the names that may stand for something else than before.
std::set<std::string> NameTable::take_over(
    std::vector<store::ModuleNames> reported, const Evidence& evidence
) {
    std::set<std::string> touched;
    // All of them first: a name may go to a module that comes earlier.
    for (const auto& each : reported) {
        const auto before = stored_.find(each.module);
        if (before != stored_.end()) withdraw_claims(before->second, touched);
    }
    for (auto& each : reported) renew_claims(std::move(each), touched);
    // A confirmation ends what is held, wherever that is.
    if (evidence.trust == RouteTable::Trust::confirmed) touched.insert(held_.begin(), held_.end());
    for (const auto& name : touched) {
        const auto found = claims_.find(name);
        if (found != claims_.end() && found->second.empty()) claims_.erase(found);
    }
    return touched;
}

// The log says of each module how many names left it, and may say more, but not less, than did.
void NameTable::weigh(
    const std::map<ModuleId, std::vector<std::string>>& lost,
    const Removed& removed,
    const Evidence& evidence,
    std::size_t names_before,
    Changed& changed
) {
    std::vector<std::string> explained;
    for (const auto& [module, names] : lost) {
        const auto logged = removed.find(module);
        if (logged != removed.end() && names.size() <= logged->second) {
            explained.insert(explained.end(), names.begin(), names.end());
            continue;
        }
        for (const auto& name : names) hold(name, HoldReason::unexplained, changed);
    }
    const bool large = explained.size() > evidence.audited_names &&
                       too_large(explained.size() - evidence.audited_names, names_before);
    for (const auto& name : explained) {
        if (large) {
            hold(name, HoldReason::large, changed);
        } else {
            believe(name, {}, changed);
        }
    }
}

void NameTable::withdraw_claims(const store::ModuleNames& before, std::set<std::string>& touched) {
    const auto claims_of = [&](const std::string& name) -> Claims& {
        touched.insert(name);
        return claims_[name];
    };
    // Another module may have claimed it since, unless no trigger saw that.
    if (!before.name.empty()) {
        auto& own = claims_of(before.name).own;
        if (own == before.module) own.reset();
    }
    for (const auto& name : before.aliases) {
        auto& alias = claims_of(name).alias;
        if (alias && alias->module == before.module) alias.reset();
    }
    sum_.rows -= before.sum.rows;
    sum_.checksum -= before.sum.checksum;
    stored_.erase(before.module);
}

void NameTable::renew_claims(store::ModuleNames now, std::set<std::string>& touched) {
    if (now.sum.rows == 0) return;
    sum_ += now.sum;
    if (!now.name.empty()) {
        claims_[now.name].own = now.module;
        touched.insert(now.name);
        for (const auto& alias : now.aliases) {
            claims_[alias].alias = Meaning{now.module, now.name};
            touched.insert(alias);
        }
    } else {
        now.aliases.clear();
    }
    const auto module = now.module;
    stored_[module] = std::move(now);
}

std::optional<NameTable::Meaning> NameTable::meaning_of(const std::string& name) const {
    const auto found = claims_.find(name);
    if (found == claims_.end()) return {};
    // A name that is an alias too is what it is by itself.
    if (found->second.own) return Meaning{*found->second.own, ""};
    return found->second.alias;
}

NameTable::Verdict NameTable::judge(
    const Served& served, const std::optional<Meaning>& now, const Evidence& evidence
) const {
    if (evidence.trust == RouteTable::Trust::confirmed) return Verdict::believe;
    const bool replaced = served.held && is_of_replaced_store(*served.held);
    if (evidence.trust == RouteTable::Trust::replaced || replaced) {
        return now == served.meaning ? Verdict::believe : Verdict::hold;
    }
    if (now) return Verdict::believe;
    return served.held ? Verdict::hold : Verdict::weigh;
}

void NameTable::believe(
    const std::string& name, const std::optional<Meaning>& now, Changed& changed
) {
    held_.erase(name);
    if (!now) {
        auto gone = std::make_shared<PublishedName>();
        gone->name = name;
        gone->missing = true;
        served_.erase(name);
        changed.push_back(std::move(gone));
        return;
    }
    const auto [found, is_new] = served_.try_emplace(name);
    auto& served = found->second;
    const bool same = !is_new && !served.held && served.meaning == *now;
    served = Served{*now, {}, 0, 0};
    if (!same) changed.push_back(published(name, served));
}

void NameTable::hold(const std::string& name, HoldReason reason, Changed& changed) {
    auto& served = served_.at(name);
    if (served.held) return;
    held_.insert(name);
    served.held = reason;
    served.store_id = store_id_before_;
    served.version = version_before_;
    changed.push_back(published(name, served));
}

bool NameTable::too_large(std::uint64_t lost, std::uint64_t of) const {
    return lost > guard_.rows && lost * 100 > of * guard_.percent;
}

NamePtr NameTable::published(const std::string& name, const Served& served) {
    auto published = std::make_shared<PublishedName>();
    published->name = name;
    published->module = served.meaning.module;
    published->target = served.meaning.target;
    published->store_id = served.store_id;
    published->version = served.version;
    return published;
}

std::vector<HeldNameLine> NameTable::held() const {
    std::vector<HeldNameLine> all;
    for (const auto& name : held_) {
        const auto& served = served_.at(name);
        all.push_back({name, served.meaning.module, *served.held, 0});
    }
    return all;
}

}  // namespace lars::dns
