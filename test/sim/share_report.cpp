#include "sim/share_report.hpp"

#include <algorithm>
#include <cstdio>

namespace lars::sim {

void ShareRange::add(const Result& result) {
    min = std::min(min, result.share_min);
    max = std::max(max, result.share_max);
}

void ShareTable::add(const Scenario& scenario, const std::vector<Row>& rows) {
    const auto group = scenario.sweep + " x" + std::to_string(scenario.shares.in_flight);
    for (const auto& row : rows) {
        const auto known = std::find(policies_.begin(), policies_.end(), row.policy);
        if (known == policies_.end()) policies_.push_back(row.policy);
        for (const auto& result : row.results) groups_[group][row.policy].add(result);
    }
}

void ShareTable::print() const {
    if (groups_.empty()) return;
    std::printf("share_min-share_max of fair, the worst of all scales, fleets and seeds\n");
    std::printf("%-44s", "");
    for (const auto& policy : policies_) std::printf("  %-13s", policy.c_str());
    std::printf("\n");
    for (const auto& [group, ranges] : groups_) {
        std::printf("%-44s", group.c_str());
        for (const auto& policy : policies_) {
            const auto& range = ranges.at(policy);
            std::printf("  %4.2f-%-8.2f", range.min, range.max);
        }
        std::printf("\n");
    }
    std::fflush(stdout);
}

}  // namespace lars::sim
