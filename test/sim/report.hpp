#pragma once

#include "sim/experiment.hpp"

#include <string>
#include <vector>

namespace lars::sim {

/// One figure of one policy: a sample for each seed.
struct Figure {
    std::string key;
    std::vector<double> samples;
};

/// What part of the picks some servers got from one time to another; both are multiples of
/// Picks::kStep.
double share_of(const Picks& picks, const Servers& servers, Time from, Time until);
/// What part of the picks some servers deserve by their weights, once all servers are in the route.
double fair_share(const Scenario& scenario, const Servers& servers);

/// The figures of one of the rows, in the order of the table's columns. With an oracle among the
/// rows, p99 is also told as a ratio to the oracle's with the same seed, hence with the same calls.
std::vector<Figure> figures_of(
    const Scenario& scenario, const Row& row, const std::vector<Row>& rows
);

/// A row for each policy: medians, and the range where it is wide.
void print_table(const Scenario& scenario, const std::vector<Row>& rows);

}  // namespace lars::sim
