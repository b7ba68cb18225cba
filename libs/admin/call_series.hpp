#pragma once

#include "admin/call_overview.hpp"

#include <boost/json.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace lars::admin {

/// Calls by period, for charts: all periods are of one length.
struct CallSeries {
    using Periods = std::vector<CallSums>;
    using Key = std::pair<ModuleId, Endpoint>;  ///< the endpoint is all 0 if modules were asked for

    store::UnixTime from{};  ///< of the first period
    store::UnixTime now{};
    std::chrono::seconds step{60};
    std::map<Key, Periods> lines;  ///< each as long as the others
};

/// How many periods there are at most, whatever the time that is asked for.
inline constexpr std::size_t kMaxPeriods = 400;

/// An empty series over the time from `last` before `now` on.
CallSeries empty_series(std::chrono::seconds last, store::UnixTime now);
/// Adds rows of any level to the periods that they begin in; what is outside is left out.
void add(CallSeries& series, const std::vector<store::CallRow>& rows);

/// Reads the calls of one module by endpoint, or of all by module.
boost::asio::awaitable<store::Result<CallSeries>> read_series(
    store::Database& database,
    std::optional<ModuleId> module,
    std::chrono::seconds last,
    store::UnixTime now
);

/// {"calls": [...], "failures": [...], "p99_us": [... or null]}.
boost::json::object periods_json(const CallSeries::Periods& periods);
/// A module's series: its total, and each endpoint's.
boost::json::object series_json(const CallSeries& series);

}  // namespace lars::admin
