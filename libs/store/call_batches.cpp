#include "store/call_batches.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace lars::store {
namespace {

auto key_of(const CallRow& row) {
    return std::tie(row.start, row.module, row.endpoint);
}

}  // namespace

std::vector<CallBatch> last_of_each(const std::vector<CallBatch>& batches) {
    std::map<std::array<std::uint8_t, 16>, std::uint64_t> last;
    for (const auto& batch : batches) {
        auto& sequence = last[batch.instance];
        sequence = std::max(sequence, batch.sequence);
    }
    std::vector<CallBatch> all;
    for (const auto& [instance, sequence] : last) all.push_back({instance, sequence, {}});
    return all;
}

std::vector<bool> new_batches(const std::vector<CallBatch>& batches, const TextTable& progress) {
    std::map<std::string, std::uint64_t> seen;
    for (std::size_t i = 0; i < progress.rows(); ++i) {
        seen[progress.row(i)[0]] = std::stoull(progress.row(i)[1]);
    }
    std::vector<bool> fresh;
    for (const auto& batch : batches) {
        auto& last = seen[{batch.instance.begin(), batch.instance.end()}];
        fresh.push_back(batch.sequence > last);
        last = std::max(last, batch.sequence);
    }
    return fresh;
}

std::vector<CallRow> merged_rows(
    const std::vector<CallBatch>& batches, const std::vector<bool>& chosen
) {
    std::vector<const CallRow*> sorted;
    for (std::size_t i = 0; i < batches.size(); ++i) {
        if (!chosen[i]) continue;
        for (const auto& row : batches[i].rows) sorted.push_back(&row);
    }
    const auto minute = [](const CallRow& row) {
        return begin_of(HistoryLevel::minute, row.start);
    };
    std::sort(sorted.begin(), sorted.end(), [&](const CallRow* a, const CallRow* b) {
        return std::tuple(minute(*a), a->module, std::cref(a->endpoint)) <
               std::tuple(minute(*b), b->module, std::cref(b->endpoint));
    });
    std::vector<CallRow> merged;
    for (const auto* row : sorted) {
        auto aligned = *row;
        aligned.start = minute(*row);
        if (!merged.empty() && key_of(merged.back()) == key_of(aligned)) {
            merged.back().sums += row->sums;
        } else {
            merged.push_back(aligned);
        }
    }
    return merged;
}

std::vector<UnixTime> hours_of(const std::vector<CallRow>& rows) {
    std::set<UnixTime> hours;
    for (const auto& row : rows) hours.insert(begin_of(HistoryLevel::hour, row.start));
    return {hours.begin(), hours.end()};
}

}  // namespace lars::store
