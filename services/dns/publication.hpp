#pragma once

#include "dns/name_table.hpp"
#include "dns/route_table.hpp"
#include "runtime/asio.hpp"
#include "store/expiries.hpp"

namespace lars::dns {

/// The modules that are held at a moment, for people: `lars route held` shows it.
struct HeldReport {
    std::vector<HeldModule> modules;
    std::vector<HeldNameLine> names;
    std::vector<store::HeldInstances> owners;  ///< that are gone, and whose instances are held
    std::uint64_t version = 0;                 ///< of the table, as RouteVersion counts
    std::uint64_t store_id = 0;
    bool doubtful = false;  ///< a module that isn't here may have been lost
};

/// The version at which the change log says for the last time that a name left a module.
struct NameRemoval {
    ModuleId module;
    std::uint64_t version = 0;
};

/// What the feed hands to the publishers, by value across threads. What it points to is shared by
/// all contexts and never changes.
struct Publication {
    /// New or different routes, or the same from another version or store; one without endpoints is
    /// a module that was removed. May be empty.
    std::vector<RoutePtr> routes;
    /// Names that are new, or stand for something else than before.
    std::vector<NamePtr> names;
    std::vector<NameRemoval> name_removals;
    /// What was known of removals before is void: this begins a whole table.
    bool whole = false;
    /// Never null.
    std::shared_ptr<const StoreView> store;
    /// Never null.
    std::shared_ptr<const HeldReport> held;
    /// When the oldest of the changes was made in the database, as far as its clock tells; for the
    /// metrics.
    Clock::time_point made;
};

}  // namespace lars::dns
