#include "dns/route_table.hpp"

#include <algorithm>
#include <limits>

namespace lars::dns {
namespace {

constexpr auto kMaxId = std::numeric_limits<std::int32_t>::max();

store::StoredRoute no_rows(ModuleId id, std::uint64_t version) {
    store::StoredRoute gone;
    gone.route.module = id;
    gone.route.version = version;
    return gone;
}

// Whatever their weights.
bool same_endpoints(const Route& one, const Route& other) {
    const auto same = [](const RouteEndpoint& a, const RouteEndpoint& b) {
        return a.endpoint == b.endpoint;
    };
    return std::ranges::equal(one.endpoints, other.endpoints, same);
}

bool usable(const RoutePtr& route) {
    return !route->route.endpoints.empty();
}

// Also in what decides whether those who hold another route have lost something.
bool same(const PublishedRoute& a, const PublishedRoute& b) {
    return a.etag == b.etag && a.route.store_id == b.route.store_id &&
           a.removed_at == b.removed_at && a.rows == b.rows && a.has_hosts == b.has_hosts &&
           a.awaits_hosts == b.awaits_hosts;
}

bool is_of_replaced_store(HoldReason reason) {
    return reason == HoldReason::other_store || reason == HoldReason::later_version;
}

bool names_other_hosts(const RouteRecipe* before, const RouteRecipe* now) {
    const auto names = [](const RouteRecipe* recipe) {
        return recipe ? recipe->host_names() : std::set<std::string>();
    };
    return (before || now) && names(before) != names(now);
}

}  // namespace

RouteTable::Changed RouteTable::load(store::RouteSnapshot table) {
    const auto evidence = evidence_for(table);
    renew_view(table, evidence);
    position_ = table.position;
    std::set<ModuleId> present;
    for (const auto& each : table.routes) present.insert(each.route.module);
    auto reported = std::move(table.routes);
    for (const auto& [id, entry] : entries_) {
        if (!present.contains(id)) reported.push_back(no_rows(id, position_.version));
    }
    auto changed = settle(std::move(reported), evidence);
    if (evidence.trust != Trust::guarded) restamp(changed);
    loaded_ = true;
    return changed;
}

RouteTable::Evidence RouteTable::evidence_for(const store::RouteSnapshot& table) const {
    if (!loaded_) return {};
    if (table.identity.id != store_.identity.id) {
        if (table.identity.has_adopted(store_.identity.id)) return {.trust = Trust::confirmed};
        return {.trust = Trust::replaced, .replaced = HoldReason::other_store};
    }
    if (table.position.version < position_.version) {
        return {.trust = Trust::replaced, .replaced = HoldReason::later_version};
    }
    // Whatever was restored here, somebody has looked at it.
    if (table.confirmed_at > position_.version) return {.trust = Trust::confirmed};
    return {};
}

// Doubts begin with a store, and end when it is confirmed.
void RouteTable::renew_view(const store::RouteSnapshot& table, const Evidence& evidence) {
    const bool confirmed_now =
        table.confirmed_at != 0 && table.confirmed_at == table.position.version;
    if (!loaded_) store_.doubtful = table.rows < table.counted;
    if (!loaded_ || evidence.trust == Trust::replaced) {
        store_.began_empty = table.rows == 0 && !confirmed_now;
    }
    if (evidence.trust == Trust::confirmed) {
        store_.doubtful = false;
        store_.began_empty = false;
    }
    store_.identity = table.identity;
    store_.version = table.position.version;
    store_.confirmed_at = table.confirmed_at;
    store_.log_begin = table.log_begin;
}

RouteTable::Changed RouteTable::apply(store::RouteChanges changes) {
    position_ = changes.position;
    store_.version = position_.version;
    if (store_.log_begin == 0 && !changes.routes.empty()) store_.log_begin = position_.version;
    if (changes.confirmed) {
        store_.identity = changes.identity;
        store_.confirmed_at = position_.version;
        store_.doubtful = false;
        store_.began_empty = false;
    }
    const auto trust = changes.confirmed ? Trust::confirmed : Trust::guarded;
    auto changed = settle(std::move(changes.routes), {.audited = changes.audited, .trust = trust});
    if (changes.confirmed) {
        for (auto& route : believe_all_held()) changed.push_back(std::move(route));
        restamp(changed);
    }
    return changed;
}

// What isn't held is from this store at this version from now on, though nothing else of it
// changed: so those who hold it learn which confirmation it has outlived.
void RouteTable::restamp(Changed& changed) {
    for (auto& [id, entry] : entries_) {
        if (entry.held || entry.served->route.version == position_.version) continue;
        auto same = *entry.served;
        same.route.version = position_.version;
        same.route.store_id = store_.identity.id;
        entry.served = std::make_shared<const PublishedRoute>(std::move(same));
        changed.push_back(entry.served);
    }
}

RouteTable::Changed RouteTable::repair(
    const store::ModuleRange& range, std::vector<store::StoredRoute> routes, Trust trust
) {
    std::set<ModuleId> present;
    for (const auto& each : routes) present.insert(each.route.module);
    const auto end = entries_.upper_bound(range.last);
    for (auto entry = entries_.lower_bound(range.first); entry != end; ++entry) {
        if (!present.contains(entry->first)) {
            routes.push_back(no_rows(entry->first, position_.version));
        }
    }
    return settle(std::move(routes), {.trust = trust});
}

RouteTable::Changed RouteTable::settle(
    std::vector<store::StoredRoute> reported, const Evidence& evidence
) {
    Changed changed;
    std::vector<store::StoredRoute> weighed;
    const auto rows_before = rows_;
    std::uint64_t lost = 0;
    for (auto& now : reported) {
        switch (judge(now, evidence)) {
            case Verdict::believe:
                believe(std::move(now), changed);
                break;
            case Verdict::weigh:
                lost += lost_rows(now);
                weighed.push_back(std::move(now));
                break;
            case Verdict::hold:
                hold(
                    std::move(now),
                    evidence.trust == Trust::replaced ? evidence.replaced : HoldReason::unexplained
                );
                break;
        }
    }
    const bool large = lost > evidence.audited && too_large(lost - evidence.audited, rows_before);
    for (auto& now : weighed) {
        if (large) {
            hold(std::move(now), HoldReason::large);
        } else {
            believe(std::move(now), changed);
        }
    }
    return changed;
}

RouteTable::Verdict RouteTable::judge(const store::StoredRoute& now, const Evidence& evidence)
    const {
    const auto found = entries_.find(now.route.module);
    if (found == entries_.end() || evidence.trust == Trust::confirmed) return Verdict::believe;
    const auto& held = found->second.held;
    const bool replaced = held && is_of_replaced_store(held->reason);
    if (evidence.trust == Trust::replaced || replaced) {
        const bool is_served = served_as(now).etag == found->second.served->etag;
        return is_served ? Verdict::believe : Verdict::hold;
    }
    const auto lost = lost_rows(now);
    if (lost == 0) return Verdict::believe;
    // The log says of each change how many rows it removed.
    if (lost > now.removed || held) return Verdict::hold;
    return Verdict::weigh;
}

std::uint64_t RouteTable::lost_rows(const store::StoredRoute& now) const {
    const auto found = entries_.find(now.route.module);
    if (found == entries_.end()) return 0;
    const auto& entry = found->second;
    if (entry.served_rows <= now.sum.rows) return 0;
    // Or else only a repetition went.
    const bool differs = needs_recipe(now) || !same_endpoints(entry.served->route, now.route);
    return differs ? entry.served_rows - now.sum.rows : 0;
}

bool RouteTable::too_large(std::uint64_t lost, std::uint64_t of) const {
    return lost > guard_.rows && lost * 100 > of * guard_.percent;
}

void RouteTable::believe(store::StoredRoute now, Changed& changed) {
    const auto id = now.route.module;
    const auto found = entries_.find(id);
    now.route.store_id = store_.identity.id;
    now.route.version = position_.version;
    if (found == entries_.end() && now.sum.rows == 0) {
        // Those who hold the module have to be told that it is gone, and that this was meant.
        if (now.removed_at == 0) return;
        changed.push_back(std::make_shared<const PublishedRoute>(served_as(now)));
        return;
    }
    auto& entry = found == entries_.end() ? entries_[id] : found->second;
    entry.held.reset();
    held_.erase(id);
    rows_ = rows_ - entry.served_rows + now.sum.rows;
    entry.served_rows = now.sum.rows;
    entry.seen = now.sum;

    if (entry.served && entry.served->route.store_id == store_.identity.id) {
        now.removed_at = std::max(now.removed_at, entry.served->removed_at);
    }
    std::unique_ptr<const RouteRecipe> recipe;
    if (needs_recipe(now)) recipe = std::make_unique<const RouteRecipe>(recipe_of(now));
    if (names_other_hosts(entry.recipe.get(), recipe.get())) rehosted_.insert(id);
    entry.recipe = std::move(recipe);
    serve(entry, std::make_shared<const PublishedRoute>(served_as(now)), changed);
    if (entry.seen.rows > 0) return;
    if (!usable(entry.served)) --unusable_;
    entries_.erase(id);
}

void RouteTable::serve(Entry& entry, RoutePtr route, Changed& changed) {
    if (entry.served && same(*entry.served, *route)) return;
    if (entry.served && !usable(entry.served)) --unusable_;
    if (!usable(route)) ++unusable_;
    entry.served = std::move(route);
    changed.push_back(entry.served);
}

PublishedRoute RouteTable::made_by(const RouteRecipe& recipe, Route of) const {
    static const HostTable none;
    auto made = make_endpoints(recipe, hosts_ ? *hosts_ : none);
    of.endpoints = std::move(made.endpoints);
    PublishedRoute route{.route = std::move(of)};
    route.etag = etag_of(route.route);
    route.has_hosts = !recipe.hosts.empty();
    route.awaits_hosts = made.awaits_hosts;
    return route;
}

PublishedRoute RouteTable::served_as(const store::StoredRoute& stored) const {
    PublishedRoute route;
    if (needs_recipe(stored)) {
        route = made_by(recipe_of(stored), stored.route);
    } else {
        route.route = stored.route;
        route.etag = etag_of(route.route);
    }
    route.removed_at = stored.removed_at;
    route.rows = stored.sum.rows;
    return route;
}

RouteTable::Changed RouteTable::renew_hosts(const std::vector<ModuleId>& modules) {
    Changed changed;
    for (const auto id : modules) {
        const auto found = entries_.find(id);
        if (found == entries_.end() || !found->second.recipe) continue;
        auto& entry = found->second;
        auto route = made_by(*entry.recipe, entry.served->route);
        route.removed_at = entry.served->removed_at;
        route.rows = entry.served->rows;
        serve(entry, std::make_shared<const PublishedRoute>(std::move(route)), changed);
    }
    return changed;
}

std::map<ModuleId, std::set<std::string>> RouteTable::take_host_changes() {
    std::map<ModuleId, std::set<std::string>> changes;
    for (const auto id : rehosted_) {
        const auto found = entries_.find(id);
        const bool named = found != entries_.end() && found->second.recipe;
        changes[id] = named ? found->second.recipe->host_names() : std::set<std::string>();
    }
    rehosted_.clear();
    return changes;
}

void RouteTable::hold(store::StoredRoute now, HoldReason reason) {
    auto& entry = entries_.at(now.route.module);
    entry.seen = now.sum;
    held_.insert(now.route.module);
    if (entry.held) reason = entry.held->reason;
    entry.held = Held{std::move(now), reason};
}

RouteTable::Changed RouteTable::believe_all_held() {
    std::vector<store::StoredRoute> stored;
    for (const auto id : held_) {
        const auto& entry = entries_.at(id);
        stored.push_back(entry.held->stored);
    }
    return settle(std::move(stored), {.trust = Trust::confirmed});
}

std::uint64_t RouteTable::stored_rows(ModuleId id) const {
    const auto found = entries_.find(id);
    return found == entries_.end() ? 0 : found->second.seen.rows;
}

std::vector<HeldModule> RouteTable::held() const {
    std::vector<HeldModule> all;
    for (const auto id : held_) {
        const auto& entry = entries_.at(id);
        HeldModule held;
        held.module = id;
        held.served_rows = entry.served_rows;
        held.stored_rows = entry.seen.rows;
        held.reason = entry.held->reason;
        all.push_back(held);
    }
    return all;
}

std::vector<store::ModuleRange> RouteTable::ranges(std::uint64_t rows_each) const {
    std::vector<store::ModuleRange> all;
    std::int64_t uncovered = 0;  // the first modid that no range holds yet
    std::uint64_t rows = 0;
    const auto cover_to = [&](std::int64_t modid) {
        if (modid < uncovered) return;
        all.push_back(
            {{static_cast<std::int32_t>(uncovered), 0}, {static_cast<std::int32_t>(modid), kMaxId}}
        );
        uncovered = modid + 1;
        rows = 0;
    };
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        const auto modid = entry->first.modid;
        const auto end = entries_.upper_bound({modid, kMaxId});
        std::vector<std::int32_t> cuts;  // last cmdid of each part of a large modid
        std::uint64_t own = 0;
        std::uint64_t part = 0;
        for (; entry != end; ++entry) {
            own += entry->second.seen.rows;
            part += entry->second.seen.rows;
            if (part < rows_each) continue;
            cuts.push_back(entry->first.cmdid);
            part = 0;
        }
        rows += own;
        if (cuts.size() > 1) {
            cover_to(std::int64_t{modid} - 1);
            std::int32_t first = 0;
            for (const auto last : cuts) {
                all.push_back({{modid, first}, {modid, last}});
                first = last == kMaxId ? last : last + 1;
            }
            if (cuts.back() != kMaxId) all.push_back({{modid, first}, {modid, kMaxId}});
            uncovered = std::int64_t{modid} + 1;
            rows = 0;
        } else if (rows >= rows_each) {
            cover_to(modid);
        }
    }
    cover_to(kMaxId);
    return all;
}

store::RowSum RouteTable::sum(const store::ModuleRange& range) const {
    store::RowSum sum;
    const auto end = entries_.upper_bound(range.last);
    for (auto entry = entries_.lower_bound(range.first); entry != end; ++entry) {
        sum += entry->second.seen;
    }
    return sum;
}

}  // namespace lars::dns
