#include "admin/call_overview.hpp"

#include "admin/instance_text.hpp"
#include "base/route.hpp"
#include "store/call_history.hpp"
#include "store/call_status.hpp"
#include "store/route_edits.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace lars::admin {
namespace {

using namespace std::chrono_literals;
using store::HistoryLevel;

// Well below what is kept of each level, and few enough periods to be read quickly.
constexpr std::chrono::seconds kMaxInMinutes = 6h;
constexpr std::chrono::seconds kMaxInHours = std::chrono::days(7);
// The reporter sums an hour up some time after its end.
constexpr std::chrono::seconds kSummedUpAfter = 1h;
// Agents write each row every ten seconds as long as there are calls.
constexpr std::chrono::seconds kLately = 5min;
// The clock of an agent may be ahead of ours.
constexpr std::chrono::seconds kAhead = 1min;

HistoryLevel level_for(std::chrono::seconds last) {
    if (last <= kMaxInMinutes) return HistoryLevel::minute;
    return last <= kMaxInHours ? HistoryLevel::hour : HistoryLevel::day;
}

store::UnixTime time_of(const store::StatusRow& row) {
    return store::UnixTime(std::chrono::seconds(row.timestamp));
}

using Key = std::pair<ModuleId, Endpoint>;

class Lines {
public:
    explicit Lines(Grain grain) : grain_(grain) {}

    OverviewLine& operator()(ModuleId module, const Endpoint& endpoint) {
        const auto key = Key(module, grain_ == Grain::endpoint ? endpoint : Endpoint());
        auto& line = lines_[key];
        std::tie(line.module, line.endpoint) = key;
        return line;
    }

    std::vector<OverviewLine> sorted() {
        std::vector<OverviewLine> all;
        all.reserve(lines_.size());
        for (auto& [key, line] : lines_) all.push_back(std::move(line));
        std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            return std::tuple(a.sums.failures, a.sums.calls()) >
                   std::tuple(b.sums.failures, b.sums.calls());
        });
        return all;
    }

private:
    Grain grain_;
    std::map<Key, OverviewLine> lines_;
};

void add(OverviewLine& line, const store::RouteRow& row) {
    ++line.endpoints;
    line.weight += row.weight.value_or(kDefaultWeight);
}

// Instances that fail are in no route, but people look for them.
void add(OverviewLine& line, const store::ListedInstance& instance) {
    if (instance.row.state != InstanceState::failing) {
        ++line.endpoints;
        line.weight += instance.row.weight;
    }
    const auto standing = state_text(instance);
    line.instance = owner_text(instance) + (standing == "serves" ? "" : ", " + standing);
}

void add(OverviewLine& line, const store::StatusRow& row) {
    line.callers.insert(row.caller);
    if (!row.overload) return;
    line.avoiding.insert(row.caller);
    line.avoided.emplace(row.module, row.endpoint);
}

}  // namespace

std::vector<store::HistoryQuery> history_parts(std::chrono::seconds last, store::UnixTime now) {
    const auto coarsest = level_for(last);
    auto from = begin_of(coarsest, now - last);
    std::vector<store::HistoryQuery> parts;
    const auto add_until = [&](HistoryLevel level, store::UnixTime to) {
        if (from >= to) return;
        parts.push_back({.level = level, .from = from, .to = to});
        from = to;
    };
    const auto summed_up = now - kSummedUpAfter;
    if (coarsest == HistoryLevel::day) {
        add_until(HistoryLevel::day, begin_of(HistoryLevel::day, summed_up));
    }
    if (coarsest != HistoryLevel::minute) {
        add_until(HistoryLevel::hour, begin_of(HistoryLevel::hour, summed_up));
    }
    add_until(HistoryLevel::minute, now + kAhead);
    return parts;
}

boost::asio::awaitable<store::Result<CallReading>> read_calls(
    store::Database& database,
    std::optional<ModuleId> module,
    std::chrono::seconds last,
    store::UnixTime now
) {
    CallReading reading;
    reading.now = now;
    auto listing = store::RouteEdits(database).list(module);
    auto routes = co_await std::move(listing);
    if (!routes) co_return routes.error();
    reading.routes = std::move(*routes);
    auto instances = co_await store::list_instances(database, module);
    if (!instances) co_return instances.error();
    reading.instances = std::move(*instances);
    auto asking = store::CallStatus(database).read(module);
    auto states = co_await std::move(asking);
    if (!states) co_return states.error();
    reading.states = std::move(*states);
    auto parts = history_parts(last, now);
    reading.from = parts.front().from;
    for (auto& part : parts) {
        part.module = module;
        part.by_endpoint = module.has_value();
        auto summing = store::CallHistory(database).read(part);
        const auto calls = co_await std::move(summing);
        if (!calls) co_return calls.error();
        reading.calls.insert(reading.calls.end(), calls->begin(), calls->end());
    }
    co_return reading;
}

Overview overview_of(const CallReading& reading, Grain grain) {
    Overview overview{.from = reading.from};
    Lines line_of(grain);
    std::set<std::pair<ModuleId, std::uint16_t>> host_ports;
    for (const auto& row : reading.routes) {
        // Which addresses a host has is known by the calls to them.
        if (!row.host.empty()) host_ports.emplace(row.module, row.endpoint.port);
        const bool shown = row.host.empty() || grain == Grain::module;
        if (shown) add(line_of(row.module, row.endpoint), row);
        add(overview.total, row);
    }
    for (const auto& instance : reading.instances) {
        add(line_of(instance.row.module, instance.row.endpoint), instance);
        add(overview.total, instance);
    }
    for (const auto& row : reading.calls) {
        line_of(row.module, row.endpoint).sums += row.sums;
        overview.total.sums += row.sums;
    }
    for (const auto& row : reading.states) {
        overview.last_report = std::max(overview.last_report, std::optional(time_of(row)));
        if (time_of(row) < reading.now - kLately) continue;
        add(line_of(row.module, row.endpoint), row);
        add(overview.total, row);
    }
    overview.lines = line_of.sorted();
    for (auto& line : overview.lines) {
        line.may_be_host = host_ports.contains({line.module, line.endpoint.port});
    }
    return overview;
}

}  // namespace lars::admin
