#pragma once

#include "app/condition.hpp"
#include "app/repeated_line.hpp"
#include "metrics/registry.hpp"
#include "runtime/asio.hpp"
#include "store/engine/result.hpp"

#include <spdlog/logger.h>

#include <optional>
#include <string>

namespace lars::reporter {

/// Counts what goes wrong with the store, and logs it: each trouble at once, again each minute with
/// its count, and its end. Belongs to one thread, unless said otherwise.
class StoreHealth {
public:
    /// `doing`: "storing calls".
    StoreHealth(std::string doing, metrics::Registry& metrics, spdlog::logger& log)
        : condition_(doing),
          doing_(std::move(doing)),
          log_(log),
          errors_(metrics.counter("lars_reporter_store_errors_total", "Failed uses of the store")) {
    }

    void note(const store::Error& error) {
        errors_.add();
        condition_.fail(error.message);
        const auto line = troubles_.note(error.message, Clock::now());
        if (line) log_.error("while {}: {}; trying again", doing_, *line);
    }
    void note_success() {
        condition_.clear();
        const auto count = troubles_.end();
        if (count > 0) log_.info("{}: the store answers again, after {} errors", doing_, count);
    }
    /// What is wrong, and since when; any thread.
    std::optional<std::string> trouble() const { return condition_.text(); }

private:
    app::Condition condition_;
    std::string doing_;
    spdlog::logger& log_;
    metrics::Counter& errors_;
    app::RepeatedLine troubles_;
};

}  // namespace lars::reporter
