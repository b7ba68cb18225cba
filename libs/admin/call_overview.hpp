#pragma once

#include "admin/module_names.hpp"
#include "store/call_rows.hpp"
#include "store/engine/database.hpp"
#include "store/instance_listing.hpp"
#include "store/route_row.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace lars::admin {

/// What was read from a store about the calls since a moment.
struct CallReading {
    store::UnixTime from{};  ///< of the oldest period that is read
    store::UnixTime now{};
    std::vector<store::RouteRow> routes;
    std::vector<store::ListedInstance> instances;
    std::vector<store::CallRow> calls;  ///< several may be of the same module and endpoint
    std::vector<store::StatusRow> states;
};

/// The queries that cover the time from `last` before `now` on, oldest first, without a gap. The
/// longer that time, the longer the periods: minutes up to 6 hours, hours up to 7 days, then days.
/// Its end is read in shorter periods, since longer ones are summed up only after they are over.
std::vector<store::HistoryQuery> history_parts(std::chrono::seconds last, store::UnixTime now);

/// Reads the calls to one module, by endpoint, or to all, by module. Its errors are the store's.
boost::asio::awaitable<store::Result<CallReading>> read_calls(
    store::Database& database,
    std::optional<ModuleId> module,
    std::chrono::seconds last,
    store::UnixTime now
);

/// How the calls to a module, or to one of its endpoints, went.
struct OverviewLine {
    using Avoided = std::set<std::pair<ModuleId, Endpoint>>;

    ModuleId module;
    Endpoint endpoint;                 ///< all 0 in the line of a module
    std::size_t endpoints = 0;         ///< rows of the route with its address; 0: it has none
    bool may_be_host = false;          ///< a row names a host at its port: perhaps it is its
    std::string instance;              ///< who registered it, and how it stands; empty: nobody
    std::uint64_t weight = 0;          ///< of these endpoints together
    CallSums sums;                     ///< over the whole time
    std::set<std::uint32_t> callers;   ///< that have reported lately
    std::set<std::uint32_t> avoiding;  ///< those of them that keep away from an endpoint
    Avoided avoided;                   ///< the endpoints that they keep away from
};

/// What a line of an overview stands for.
enum class Grain { module, endpoint };

/// How the calls of a while went.
struct Overview {
    store::UnixTime from{};
    std::vector<OverviewLine> lines;
    OverviewLine total;
    NamesById names;  ///< of modules, for who shows them; whoever knows them sets it
    std::optional<store::UnixTime> last_report;  ///< however long ago; none: there never was any
};

/// One line for each module or endpoint that has a route, calls or callers. Most failures first,
/// then most calls, then in the order of the ids. Callers and states are as of the last five
/// minutes.
Overview overview_of(const CallReading& reading, Grain grain);

}  // namespace lars::admin
