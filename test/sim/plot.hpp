#pragma once

#include "sim/experiment.hpp"
#include "sim/svg.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lars::sim {

/// Writes charts into a directory: p99 by load for each sweep, and for each scenario where servers
/// fail or join what they get over time. Means over the seeds; p99 is their median.
class Plots {
public:
    explicit Plots(std::filesystem::path directory);

    void add(const Scenario& scenario, const std::vector<Row>& rows);
    /// Those charts that take several scenarios; a sweep of one load has none.
    void finish() const;

private:
    void plot_failing(const Scenario& scenario, const std::vector<Row>& rows) const;
    void plot_joining(const Scenario& scenario, const std::vector<Row>& rows) const;
    void write(const std::string& name, const Chart& chart) const;

    std::filesystem::path directory_;
    std::map<std::string, std::vector<Line>> sweeps_;  // p99 by load, a line for each policy
};

}  // namespace lars::sim
