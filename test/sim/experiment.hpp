#pragma once

#include "sim/scenario.hpp"
#include "sim/statistics.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lars::sim {

struct Experiment {
    Scenario scenario;
    std::vector<std::string> policies;
};

/// What one policy showed, a result for each seed.
struct Row {
    std::string policy;
    std::vector<Result> results;
};

/// Runs each experiment with each of the seeds 1 … `seeds`, on all cores, and hands the results
/// over in the experiments' order, on the calling thread. Throws what a run threw.
void run_experiments(
    const std::vector<Experiment>& experiments,
    int seeds,
    const std::function<void(const Scenario&, const std::vector<Row>&)>& done
);

}  // namespace lars::sim
