#include "admin/call_series.hpp"

#include "store/call_history.hpp"

#include <algorithm>

namespace lars::admin {
namespace {

namespace json = boost::json;

std::size_t periods_of(const CallSeries& series) {
    const auto whole = series.now - series.from;
    return static_cast<std::size_t>(whole / series.step) + 1;
}

std::chrono::seconds step_for(std::chrono::seconds last, store::UnixTime now) {
    return store::length_of(history_parts(last, now).front().level);
}

}  // namespace

CallSeries empty_series(std::chrono::seconds last, store::UnixTime now) {
    CallSeries series;
    series.step = step_for(last, now);
    const auto longest = series.step * static_cast<std::int64_t>(kMaxPeriods - 1);
    series.from = history_parts(std::min(last, longest), now).front().from;
    series.now = now;
    return series;
}

void add(CallSeries& series, const std::vector<store::CallRow>& rows) {
    const auto count = periods_of(series);
    for (const auto& row : rows) {
        if (row.start < series.from) continue;
        const auto period = static_cast<std::size_t>((row.start - series.from) / series.step);
        // The clock of an agent may be ahead of ours.
        const auto within = std::min(period, count - 1);
        auto& periods = series.lines[{row.module, row.endpoint}];
        periods.resize(count);
        periods[within] += row.sums;
    }
}

boost::asio::awaitable<store::Result<CallSeries>> read_series(
    store::Database& database,
    std::optional<ModuleId> module,
    std::chrono::seconds last,
    store::UnixTime now
) {
    auto series = empty_series(last, now);
    auto parts = history_parts(series.now - series.from, now);
    for (auto& part : parts) {
        part.module = module;
        part.by_endpoint = module.has_value();
        part.by_start = true;
        auto reading = store::CallHistory(database).read(part);
        const auto rows = co_await std::move(reading);
        if (!rows) co_return rows.error();
        add(series, *rows);
    }
    co_return series;
}

json::object periods_json(const CallSeries::Periods& periods) {
    json::array calls;
    json::array failures;
    json::array p99;
    for (const auto& sums : periods) {
        calls.emplace_back(sums.calls());
        failures.emplace_back(sums.failures);
        const auto us = sums.quantile_us(0.99);
        p99.push_back(us ? json::value(*us) : json::value());
    }
    return {{"calls", calls}, {"failures", failures}, {"p99_us", p99}};
}

json::object series_json(const CallSeries& series) {
    CallSeries::Periods total(periods_of(series));
    json::array endpoints;
    for (const auto& [key, periods] : series.lines) {
        for (std::size_t i = 0; i < periods.size(); ++i) total[i] += periods[i];
        auto line = periods_json(periods);
        line["host"] = address_to_string(key.second);
        line["port"] = key.second.port;
        endpoints.push_back(std::move(line));
    }
    return {
        {"from", series.from.time_since_epoch().count()},
        {"now", series.now.time_since_epoch().count()},
        {"step", series.step.count()},
        {"total", periods_json(total)},
        {"endpoints", std::move(endpoints)}};
}

}  // namespace lars::admin
