#include "sim/experiment.hpp"

#include "sim/closed_loop.hpp"
#include "sim/simulation.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace lars::sim {
namespace {

Result run_one(const Scenario& scenario, const std::string& policy, std::uint64_t seed) {
    if (scenario.shares.in_flight > 0) return ClosedLoop(scenario, policy, seed).run();
    return Simulation(scenario, policy, seed).run();
}

// Deals out the runs one by one, the first experiment's first.
class Runs {
public:
    Runs(const std::vector<Experiment>& experiments, int seeds) {
        for (const auto& experiment : experiments) {
            begins_.push_back(runs_.size());
            for (const auto& policy : experiment.policies) {
                for (int seed = 1; seed <= seeds; ++seed) {
                    runs_.push_back({&experiment.scenario, &policy, seed, std::nullopt});
                }
            }
        }
        begins_.push_back(runs_.size());
    }

    void work() {
        while (auto* const run = next()) {
            try {
                const auto seed = static_cast<std::uint64_t>(run->seed);
                finish(*run, run_one(*run->scenario, *run->policy, seed));
            } catch (...) {
                fail(std::current_exception());
            }
        }
    }

    std::vector<Row> await(std::size_t experiment) {
        const auto begin = runs_.begin() + static_cast<std::ptrdiff_t>(begins_[experiment]);
        const auto end = runs_.begin() + static_cast<std::ptrdiff_t>(begins_[experiment + 1]);
        const auto has_result = [](const Run& run) { return run.result.has_value(); };
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return error_ || std::all_of(begin, end, has_result); });
        if (error_) std::rethrow_exception(error_);
        std::vector<Row> rows;
        for (auto run = begin; run != end; ++run) {
            if (run->seed == 1) rows.push_back({*run->policy, {}});
            rows.back().results.push_back(std::move(*run->result));
            run->result.reset();
        }
        return rows;
    }

    /// Lets the threads end after their current runs.
    void stop() { fail(nullptr); }

private:
    struct Run {
        const Scenario* scenario;
        const std::string* policy;
        int seed;
        std::optional<Result> result;
    };

    Run* next() {
        const std::lock_guard lock(mutex_);
        return next_ == runs_.size() ? nullptr : &runs_[next_++];
    }
    void finish(Run& run, Result result) {
        const std::lock_guard lock(mutex_);
        run.result = std::move(result);
        changed_.notify_all();
    }
    void fail(std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        next_ = runs_.size();
        error_ = std::move(error);
        changed_.notify_all();
    }

    std::vector<Run> runs_;
    std::vector<std::size_t> begins_;  // of each experiment's runs, and the end
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t next_ = 0;
    std::exception_ptr error_;
};

}  // namespace

void run_experiments(
    const std::vector<Experiment>& experiments,
    int seeds,
    const std::function<void(const Scenario&, const std::vector<Row>&)>& done
) {
    Runs runs(experiments, seeds);
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1U); ++i) {
        threads.emplace_back([&runs] { runs.work(); });
    }
    try {
        for (std::size_t i = 0; i < experiments.size(); ++i) {
            done(experiments[i].scenario, runs.await(i));
        }
    } catch (...) {
        runs.stop();
        throw;
    }
}

}  // namespace lars::sim
