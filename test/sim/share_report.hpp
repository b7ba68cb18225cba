#pragma once

#include "sim/experiment.hpp"

#include <map>
#include <string>
#include <vector>

namespace lars::sim {

/// The least and the most that any server got of its fair share, over all runs of some scenarios.
struct ShareRange {
    double min = 1;
    double max = 1;

    void add(const Result& result);
};

/// One table for all scenarios with Shares: the worst of each group, by its `sweep` and the number
/// of calls in flight, under each policy.
class ShareTable {
public:
    void add(const Scenario& scenario, const std::vector<Row>& rows);
    /// Nothing when nothing was added.
    void print() const;

private:
    std::vector<std::string> policies_;
    std::map<std::string, std::map<std::string, ShareRange>> groups_;  // by policy
};

}  // namespace lars::sim
