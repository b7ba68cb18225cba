#pragma once

#include "base/module_id.hpp"
#include "base/route.hpp"
#include "store/route_split.hpp"
#include "store/store_identity.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lars::store {

/// Where a reader of the change log stands. Version and mark together name a moment of one history:
/// after a backup was restored, the same version comes with another mark.
struct Position {
    std::uint64_t version = 0;
    std::uint64_t mark = 0;  ///< logged_us of the log's entry at that version; 0: it has none

    friend bool operator==(const Position&, const Position&) = default;
};

/// Where a store stands, and which it is.
struct StorePosition {
    Position position;
    std::uint64_t store_id = 0;

    friend bool operator==(const StorePosition&, const StorePosition&) = default;
};

/// How many rows of RouteData and RouteMore some modules have, and the sum of their checksums, as
/// the database computes them too: CRC-32 of
/// "modid,cmdid,serverip,serverport,weight,zone,tags,owner" and, of RouteMore,
/// ",address,host,state". Of a module that has rows, the checksum covers the policy, CRC-32 of
/// "modid,cmdid,name,parameters", and splits, of "modid,cmdid,tag,share".
struct RowSum {
    std::uint64_t rows = 0;
    std::uint64_t checksum = 0;

    RowSum& operator+=(const RowSum& other) {
        rows += other.rows;
        checksum += other.checksum;
        return *this;
    }
    friend bool operator==(const RowSum&, const RowSum&) = default;
};

/// What a module is called. Unusable names and repeated ones are in the sum only: CRC-32 of
/// "modid,cmdid,name", and of an alias "name,target".
struct ModuleNames {
    ModuleId module;
    std::string name;  ///< empty: it has none, and no aliases then
    std::vector<std::string> aliases;
    RowSum sum;
    /// Names and aliases that left the module in the part of the log that was read; what was
    /// removed in several steps may count more often than once.
    std::uint64_t removed = 0;
    /// The version at which the log says for the last time that one did; 0: it doesn't.
    std::uint64_t removed_at = 0;
};

/// A host that is an endpoint, at each of the addresses that it has.
struct HostEndpoint {
    std::string host;
    std::uint16_t port = 0;
    std::uint32_t weight = kDefaultWeight;  ///< of each address
    std::string zone;
    std::string tags;

    friend auto operator<=>(const HostEndpoint&, const HostEndpoint&) = default;
};

/// The route of one module as its rows say, canonical; no rows, no endpoints.
struct StoredRoute {
    Route route;  ///< without the hosts' addresses, with the weights of the rows
    std::vector<HostEndpoint> hosts{};  ///< sorted, each host and port once
    std::vector<SplitRow> splits{};
    RowSum sum;                 ///< unusable and repeated rows count too
    std::uint64_t removed = 0;  ///< rows that left the module in the part of the log that was read
    std::string policy_flaw;    ///< why its policy isn't used; see parse_policy
    /// The version at which the log says for the last time that rows of it were removed; 0: it
    /// doesn't, in the part that was read.
    std::uint64_t removed_at = 0;
};

/// How many rows of a read aren't as they should be.
struct Flaws {
    /// An id, address, port or host is out of range, or no node has the address.
    std::size_t skipped = 0;
    std::string first_skipped;    ///< that row, and why, in words
    std::size_t clamped = 0;      ///< a weight is out of range, and taken as the nearest that isn't
    std::size_t disregarded = 0;  ///< a zone, tags or a split that aren't such, and count as none

    Flaws& operator+=(const Flaws& other) {
        if (skipped == 0) first_skipped = other.first_skipped;
        skipped += other.skipped;
        clamped += other.clamped;
        disregarded += other.disregarded;
        return *this;
    }
};

/// All routes in one consistent snapshot, sorted by module; and, without rows, the modules of which
/// the log says that they were removed.
struct RouteSnapshot {
    Position position;
    std::vector<StoredRoute> routes;
    std::vector<ModuleNames> names;
    Flaws flaws;
    std::uint64_t rows = 0;          ///< all there are
    std::uint64_t counted = 0;       ///< as the triggers have counted them
    std::uint64_t log_begin = 0;     ///< version of the log's first entry; 0: it has none
    std::uint64_t confirmed_at = 0;  ///< when somebody last said that the table is right; 0: never
    StoreIdentity identity;
};

/// What changed after a position: the modules' routes as they are now.
struct RouteChanges {
    Position position;
    std::vector<StoredRoute> routes;
    std::vector<ModuleNames> names;  ///< of each of these modules
    Flaws flaws;
    /// The log doesn't reach back to the position asked for, or is of another history: load
    /// everything.
    bool reload = false;
    std::uint64_t audited = 0;        ///< rows that audit entries say were removed on purpose
    std::uint64_t audited_names = 0;  ///< and names
    bool confirmed = false;           ///< somebody said that the table is right as it is
    StoreIdentity identity;           ///< as it is since then, if somebody did
    /// How long before the snapshot the oldest of the changes was made, by the database's clock.
    std::chrono::microseconds age{0};
};

/// Modules from first to last, both included, in the order of (modid, cmdid): either some of one
/// modid, or all of several.
struct ModuleRange {
    ModuleId first;
    ModuleId last;
};

/// The sums of some ranges, with what changed before them in the same snapshot.
struct RangeSums {
    RouteChanges changes;
    std::vector<RowSum> sums;
};

/// The sum of all names, with what changed before in the same snapshot.
struct NamesSum {
    RouteChanges changes;
    RowSum sum;
};

/// All names, with what changed before in the same snapshot.
struct AllNames {
    RouteChanges changes;
    std::vector<ModuleNames> names;
};

/// The routes of one range, with what changed before them in the same snapshot.
struct RangeRoutes {
    RouteChanges changes;
    std::vector<StoredRoute> routes;
};

}  // namespace lars::store
