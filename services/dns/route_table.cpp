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

RoutePtr published(store::StoredRoute now) {
    const auto etag = etag_of(now.route);
    return std::make_shared<const PublishedRoute>(PublishedRoute{
        std::move(now.route), etag, now.removed_at});
}

bool is_of_replaced_store(HoldReason reason) {
    return reason == HoldReason::other_store || reason == HoldReason::later_version;
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
        const bool same = etag_of(now.route) == found->second.served->etag;
        return same ? Verdict::believe : Verdict::hold;
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
    if (same_endpoints(entry.served->route, now.route)) return 0;  // only a repetition went
    return entry.served_rows > now.sum.rows ? entry.served_rows - now.sum.rows : 0;
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
        if (now.removed_at > 0) changed.push_back(published(std::move(now)));
        return;
    }
    auto& entry = found == entries_.end() ? entries_[id] : found->second;
    entry.held.reset();
    held_.erase(id);
    const auto usable = [](const RoutePtr& route) { return !route->route.endpoints.empty(); };
    if (entry.served && !usable(entry.served)) --unusable_;
    rows_ = rows_ - entry.served_rows + now.sum.rows;
    entry.served_rows = now.sum.rows;
    entry.seen = now.sum;

    if (entry.served && entry.served->route.store_id == store_.identity.id) {
        now.removed_at = std::max(now.removed_at, entry.served->removed_at);
    }
    auto route = published(std::move(now));
    if (!entry.served || entry.served->etag != route->etag ||
        entry.served->route.store_id != route->route.store_id) {
        entry.served = std::move(route);
        changed.push_back(entry.served);
    }
    if (entry.seen.rows == 0) {
        entries_.erase(id);
    } else if (!usable(entry.served)) {
        ++unusable_;
    }
}

void RouteTable::hold(store::StoredRoute now, HoldReason reason) {
    auto& entry = entries_.at(now.route.module);
    entry.seen = now.sum;
    held_.insert(now.route.module);
    if (entry.held) reason = entry.held->reason;
    entry.held = Held{std::move(now.route), reason};
}

RouteTable::Changed RouteTable::believe_all_held() {
    std::vector<store::StoredRoute> stored;
    for (const auto id : held_) {
        const auto& entry = entries_.at(id);
        stored.push_back({.route = entry.held->stored, .sum = entry.seen, .policy_flaw = ""});
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
