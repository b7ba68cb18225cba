#include "reporter/status_board.hpp"

#include <algorithm>

namespace lars::reporter {
namespace {

std::uint32_t clamped(std::uint64_t count) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX));
}

}  // namespace

std::size_t StatusBoard::Hash::operator()(const Key& key) const {
    const auto module = std::hash<ModuleId>()(key.module);
    return std::hash<Endpoint>()(key.endpoint) ^ (module * 31 + key.caller) * 0x9E3779B97F4A7C15U;
}

std::size_t StatusBoard::put(const Report& report, Time now) {
    std::size_t refused = 0;
    for (std::size_t i = 0; i < report.size(); ++i) {
        const auto& call = report.batch.rows[i];
        if (!call.endpoint.is_ipv4()) continue;  // the original's table has no room for others
        const store::StatusRow row{
            .module = call.module,
            .endpoint = call.endpoint,
            .caller = report.caller,
            .successes = clamped(call.sums.successes),
            .failures = clamped(call.sums.failures),
            .timestamp = report.timestamp,
            .overload = report.overloads[i],
        };
        refused += !add(row, report.snapshot(), now);
    }
    return refused;
}

bool StatusBoard::add(const store::StatusRow& row, bool sets, Time now) {
    const Key key{row.module, row.endpoint, row.caller};
    auto found = states_.find(key);
    if (found == states_.end()) {
        if (states_.size() >= options_.max_keys) return false;
        found = states_.emplace(key, State{}).first;
        fresh_.push_back({key, now});
    }
    auto& state = found->second;
    const auto before = std::exchange(state.row, row);
    const bool adds = !sets && state.news && !state.snapshot;
    state.snapshot = sets;
    if (adds) {
        state.row.successes = clamped(std::uint64_t{before.successes} + row.successes);
        state.row.failures = clamped(std::uint64_t{before.failures} + row.failures);
    }
    state.news = true;
    return true;
}

std::vector<store::StatusRow> StatusBoard::take_due(std::size_t max, Time now) {
    std::vector<store::StatusRow> rows;
    const auto next = [&]() -> std::deque<Turn>* {
        if (!fresh_.empty()) return &fresh_;
        return !written_.empty() && written_.front().due <= now ? &written_ : nullptr;
    };
    while (rows.size() < max) {
        auto* turns = next();
        if (!turns) break;
        const auto key = turns->front().key;
        turns->pop_front();
        const auto found = states_.find(key);
        if (!std::exchange(found->second.news, false)) {
            states_.erase(found);
            continue;
        }
        rows.push_back(found->second.row);
        written_.push_back({key, now + options_.interval});
    }
    return rows;
}

std::vector<store::StatusRow> StatusBoard::take_all() {
    std::vector<store::StatusRow> rows;
    for (auto& [key, state] : states_) {
        if (std::exchange(state.news, false)) rows.push_back(state.row);
    }
    return rows;
}

void StatusBoard::put_back(const std::vector<store::StatusRow>& rows) {
    for (const auto& row : rows) {
        const auto found = states_.find(Key{row.module, row.endpoint, row.caller});
        if (found == states_.end() || std::exchange(found->second.news, true)) continue;
        found->second.row = row;
    }
}

}  // namespace lars::reporter
