#include "sim/experiment.hpp"

#include "sim/simulation.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace lars::sim {
namespace {

// Deals out the runs one by one, the first scenario's first.
class Runs {
public:
    Runs(
        const std::vector<Scenario>& scenarios, const std::vector<std::string>& policies, int seeds
    )
        : scenarios_(scenarios),
          policies_(policies),
          seeds_(static_cast<std::size_t>(seeds)),
          results_(scenarios.size() * per_scenario()) {}

    void work() {
        for (;;) {
            const auto run = next();
            if (!run) return;
            try {
                const auto in_scenario = *run % per_scenario();
                Simulation simulation(
                    scenarios_[*run / per_scenario()],
                    policies_[in_scenario / seeds_],
                    in_scenario % seeds_ + 1
                );
                finish(*run, simulation.run());
            } catch (...) {
                fail(std::current_exception());
            }
        }
    }

    std::vector<Row> await(std::size_t scenario) {
        const auto first = scenario * per_scenario();
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] {
            for (auto run = first; run < first + per_scenario(); ++run) {
                if (!results_[run]) return error_ != nullptr;
            }
            return true;
        });
        if (error_) std::rethrow_exception(error_);
        std::vector<Row> rows;
        for (std::size_t i = 0; i < per_scenario(); ++i) {
            if (i % seeds_ == 0) rows.push_back({policies_[i / seeds_], {}});
            rows.back().results.push_back(std::move(*results_[first + i]));
            results_[first + i].reset();
        }
        return rows;
    }

    void stop() { fail(nullptr); }

private:
    std::size_t per_scenario() const { return policies_.size() * seeds_; }

    std::optional<std::size_t> next() {
        const std::lock_guard lock(mutex_);
        if (next_ == results_.size()) return std::nullopt;
        return next_++;
    }
    void finish(std::size_t run, Result result) {
        const std::lock_guard lock(mutex_);
        results_[run] = std::move(result);
        changed_.notify_all();
    }
    void fail(std::exception_ptr error) {
        const std::lock_guard lock(mutex_);
        next_ = results_.size();
        error_ = std::move(error);
        changed_.notify_all();
    }

    const std::vector<Scenario>& scenarios_;
    const std::vector<std::string>& policies_;
    std::size_t seeds_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t next_ = 0;
    std::vector<std::optional<Result>> results_;
    std::exception_ptr error_;
};

}  // namespace

void run_experiments(
    const std::vector<Scenario>& scenarios,
    const std::vector<std::string>& policies,
    int seeds,
    const std::function<void(const Scenario&, const std::vector<Row>&)>& done
) {
    Runs runs(scenarios, policies, seeds);
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < std::max(std::thread::hardware_concurrency(), 1U); ++i) {
        threads.emplace_back([&runs] { runs.work(); });
    }
    try {
        for (std::size_t i = 0; i < scenarios.size(); ++i) done(scenarios[i], runs.await(i));
    } catch (...) {
        runs.stop();  // the threads end after their current run
        throw;
    }
}

}  // namespace lars::sim
