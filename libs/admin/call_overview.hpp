#pragma once

#include "store/store.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace lars::admin {

/// What a store says of the calls since a moment.
struct CallReading {
    store::UnixTime from{};  ///< of the oldest period that is read
    store::UnixTime now{};
    std::vector<store::RouteRow> routes;
    std::vector<store::CallRow> calls;  ///< a key may stand there several times
    std::vector<store::StatusRow> states;
};

/// The parts of the history that make up the last while: the longer it is, the longer the periods,
/// but minutes near its end, where these aren't summed up yet. Sorted by time.
std::vector<store::HistoryQuery> history_parts(std::chrono::seconds last, store::UnixTime now);

/// Of one module, by endpoint, or of all, by module.
boost::asio::awaitable<store::Result<CallReading>> read_calls(
    store::Store& store,
    std::optional<ModuleId> module,
    std::chrono::seconds last,
    store::UnixTime now
);

/// A module, or one endpoint of it.
struct OverviewLine {
    using Avoided = std::set<std::pair<ModuleId, Endpoint>>;

    ModuleId module;
    Endpoint endpoint;                 ///< all 0 in the line of a module
    std::size_t endpoints = 0;         ///< of the route; 0: the line isn't in any
    std::uint64_t weight = 0;          ///< of these together
    CallSums sums;                     ///< of the whole time
    std::set<std::uint32_t> callers;   ///< that have reported lately
    std::set<std::uint32_t> avoiding;  ///< of them, that keep away from an endpoint
    Avoided avoided;                   ///< endpoints from which one of them keeps away
};

enum class Grain { module, endpoint };

struct Overview {
    store::UnixTime from{};
    std::vector<OverviewLine> lines;
    OverviewLine total;
    std::optional<store::UnixTime> last_report;  ///< however long ago; none: there never was one
};

/// One line for everything that has a route, calls or callers. Most failures first, then most
/// calls, then in the order of the ids. Callers and states are as of the last five minutes.
Overview overview_of(const CallReading& reading, Grain grain);

}  // namespace lars::admin
