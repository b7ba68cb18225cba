#pragma once

#include "base/route.hpp"
#include "dns/hold_reason.hpp"
#include "dns/route_recipe.hpp"
#include "store/stored_route.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lars::dns {

/// A route as all contexts share it; never changed, only replaced.
struct PublishedRoute {
    Route route;
    std::uint64_t etag = 0;
    /// The version at which the change log says for the last time that rows of it were removed; 0:
    /// it doesn't.
    std::uint64_t removed_at = 0;
    /// Of it in the store. More than endpoints where rows say the same, or don't serve now.
    std::uint64_t rows = 0;
    /// Some of the endpoints are addresses of hosts: they come and go without a change of the
    /// store.
    bool has_hosts = false;
    /// Which addresses one of the hosts has isn't known yet: this is less than the whole route.
    bool awaits_hosts = false;
};
using RoutePtr = std::shared_ptr<const PublishedRoute>;

/// What is known of the store beside its routes: whether what an agent brought may be overruled.
struct StoreView {
    store::StoreIdentity identity;
    std::uint64_t version = 0;
    std::uint64_t confirmed_at = 0;  ///< when somebody last said that the table is right; 0: never
    std::uint64_t log_begin = 0;     ///< version of the change log's first entry; 0: it has none
    /// It had no rows of routes when it was first read, and nobody has said that this is right.
    bool began_empty = false;
    /// When it was first read, rows were missing that no edit had removed: a module that isn't
    /// there may have been lost. Ends when the table is confirmed.
    bool doubtful = false;

    friend bool operator==(const StoreView&, const StoreView&) = default;
};

/// A module that is served as it was, although the table now has fewer rows of it, or another
/// store's.
struct HeldModule {
    ModuleId module;
    std::uint64_t served_rows = 0;
    std::uint64_t stored_rows = 0;
    HoldReason reason = HoldReason::unexplained;
    /// Not served like this to everybody: so many agents aren't answered for what they hold.
    std::size_t agents = 0;
    store::BroughtStore brought;  ///< of those agents: where their routes are from
};

/// When a shrink that the log explains is too large to believe: above `percent` of all rows, and
/// above `rows`, so that small tables can be edited by hand.
struct Guard {
    std::uint32_t percent = 20;
    std::uint32_t rows = 10;
};

/// All routes that the store has reported, what differs in what it reports now, and what of that is
/// to be believed. No I/O; belongs to one thread.
///
/// What grows or differs is believed at once. A module that lost rows is believed if the change log
/// says of as many that they were removed, and if not too much vanishes at once (Guard); otherwise
/// it is *held*: served as it was until its rows come back, or somebody confirms the table. When
/// the store itself is another than before, or has gone back to an earlier version, whatever
/// differs in it is held.
///
/// load(), apply() and repair() take what the store reported, and return the routes to publish:
/// new, different, or removed (no endpoints).
class RouteTable {
public:
    using Changed = std::vector<RoutePtr>;
    /// Confirmed: somebody has said that the table is right, so that everything is believed.
    /// Replaced: this is another store than before, or an older backup of it.
    enum class Trust { guarded, confirmed, replaced };

    /// What speaks for a removal.
    struct Evidence {
        std::uint64_t audited = 0;  // rows whose removal the audit log explains
        Trust trust = Trust::guarded;
        std::uint64_t audited_names = 0;                // and names
        HoldReason replaced = HoldReason::other_store;  // what to say of what differs in that case
    };

    /// The hosts outlive it; null: none is known.
    explicit RouteTable(const Guard& guard = {}, const HostTable* hosts = nullptr)
        : guard_(guard), hosts_(hosts) {}

    /// What a table that is to be loaded says for itself, beside what was loaded before.
    Evidence evidence_for(const store::RouteSnapshot& table) const;

    /// The whole table. The first time it is believed as it is; later the log doesn't say what was
    /// removed, so whatever went is held. Routes that are the same come again if they are from
    /// another store or version now.
    Changed load(store::RouteSnapshot table);
    /// Some modules as they are now, with what the log says of them. `changes.reload` is false.
    Changed apply(store::RouteChanges changes);
    /// All modules of a range, in which the comparison has found that the log missed something.
    Changed repair(
        const store::ModuleRange& range, std::vector<store::StoredRoute> routes, Trust trust
    );

    /// What is known of these modules' hosts has changed.
    Changed renew_hosts(const std::vector<ModuleId>& modules);
    /// The modules that name other hosts than before the last call, each with those that it names.
    std::map<ModuleId, std::set<std::string>> take_host_changes();

    /// Up to where the change log has been read.
    const store::Position& position() const { return position_; }
    const StoreView& view() const { return store_; }
    /// Modules with endpoints.
    std::size_t size() const { return entries_.size() - unusable_; }
    /// Rows of what is served.
    std::uint64_t rows() const { return rows_; }
    bool doubtful() const { return store_.doubtful; }
    /// Of one module, as the store has it; 0 when it isn't there.
    std::uint64_t stored_rows(ModuleId id) const;
    std::vector<HeldModule> held() const;
    std::size_t held_count() const { return held_.size(); }

    /// Ranges that together hold every module there can be, of about that many rows each: what one
    /// comparison sums up.
    std::vector<store::ModuleRange> ranges(std::uint64_t rows_each) const;
    /// Rows and checksum of a range, as the store last reported its modules; held ones too.
    store::RowSum sum(const store::ModuleRange& range) const;

private:
    struct Held {
        store::StoredRoute stored;
        HoldReason reason;
    };
    struct Entry {
        RoutePtr served;
        std::unique_ptr<const RouteRecipe> recipe;  // of `served`, if it needs one
        std::uint64_t served_rows = 0;
        store::RowSum seen;        // what the store last reported
        std::optional<Held> held;  // set while that isn't what is served
    };
    /// Weigh: explained by the log, and believed unless all of them together are too many.
    enum class Verdict { believe, weigh, hold };

    void renew_view(const store::RouteSnapshot& table, const Evidence& evidence);
    Changed settle(std::vector<store::StoredRoute> reported, const Evidence& evidence);
    void restamp(Changed& changed);
    void serve(Entry& entry, RoutePtr route, Changed& changed);
    PublishedRoute made_by(const RouteRecipe& recipe, Route of) const;
    PublishedRoute served_as(const store::StoredRoute& stored) const;
    Verdict judge(const store::StoredRoute& now, const Evidence& evidence) const;
    std::uint64_t lost_rows(const store::StoredRoute& now) const;
    bool too_large(std::uint64_t lost, std::uint64_t of) const;
    void believe(store::StoredRoute now, Changed& changed);
    void hold(store::StoredRoute now, HoldReason reason);
    Changed believe_all_held();

    Guard guard_;
    const HostTable* hosts_;
    std::set<ModuleId> rehosted_;
    std::map<ModuleId, Entry> entries_;
    std::set<ModuleId> held_;
    store::Position position_;
    std::size_t unusable_ = 0;  // modules whose rows are all out of range
    std::uint64_t rows_ = 0;
    bool loaded_ = false;
    StoreView store_;
};

}  // namespace lars::dns
