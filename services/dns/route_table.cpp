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

}  // namespace

RouteTable::Changed RouteTable::load(store::RouteSnapshot table) {
    position_ = table.position;
    if (!loaded_) doubtful_ = table.rows < table.counted;
    loaded_ = true;
    std::set<ModuleId> present;
    for (const auto& each : table.routes) present.insert(each.route.module);
    auto reported = std::move(table.routes);
    for (const auto& [id, entry] : entries_) {
        if (!present.contains(id)) reported.push_back(no_rows(id, position_.version));
    }
    return settle(std::move(reported), {});
}

RouteTable::Changed RouteTable::apply(store::RouteChanges changes) {
    position_ = changes.position;
    const auto trust = changes.confirmed ? Trust::confirmed : Trust::guarded;
    auto changed = settle(std::move(changes.routes), {changes.audited, trust});
    if (changes.confirmed) {
        doubtful_ = false;
        for (auto& route : believe_all_held()) changed.push_back(std::move(route));
    }
    return changed;
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
    return settle(std::move(routes), {0, trust});
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
                hold(std::move(now), HoldReason::unexplained);
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
    const auto lost = lost_rows(now);
    if (lost == 0 || evidence.trust == Trust::confirmed) return Verdict::believe;
    // The log says of each change how many rows it removed.
    if (lost > now.removed || entries_.at(now.route.module).held) return Verdict::hold;
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
    if (found == entries_.end() && now.sum.rows == 0) return;
    auto& entry = found == entries_.end() ? entries_[id] : found->second;
    entry.held.reset();
    held_.erase(id);
    const auto usable = [](const RoutePtr& route) { return !route->route.endpoints.empty(); };
    if (entry.served && !usable(entry.served)) --unusable_;
    rows_ = rows_ - entry.served_rows + now.sum.rows;
    entry.served_rows = now.sum.rows;
    entry.seen = now.sum;

    const auto etag = etag_of(now.route);
    if (!entry.served || entry.served->etag != etag) {
        entry.served =
            std::make_shared<const PublishedRoute>(PublishedRoute{std::move(now.route), etag});
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
        stored.push_back({entry.held->stored, entry.seen, 0});
    }
    return settle(std::move(stored), {0, Trust::confirmed});
}

std::vector<HeldModule> RouteTable::held() const {
    std::vector<HeldModule> all;
    for (const auto id : held_) {
        const auto& entry = entries_.at(id);
        all.push_back({id, entry.served_rows, entry.seen.rows, entry.held->reason});
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
