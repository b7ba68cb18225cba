#pragma once

#include "metrics/registry.hpp"
#include "store/engine/result.hpp"

#include <spdlog/logger.h>

#include <string>

namespace lars::reporter {

/// Counts what goes wrong with the store, and logs each trouble once. Belongs to one thread.
class StoreHealth {
public:
    StoreHealth(std::string doing, metrics::Registry& metrics, spdlog::logger& log)
        : doing_(std::move(doing)),
          log_(log),
          errors_(metrics.counter("lars_reporter_store_errors_total", "Failed uses of the store")) {
    }

    void note(const store::Error& error) {
        errors_.add();
        if (error.message == last_) return;
        last_ = error.message;
        log_.error("{}: {}; trying again", doing_, error.message);
    }
    void note_success() {
        if (!last_.empty()) log_.info("{}: the store answers again", doing_);
        last_.clear();
    }

private:
    std::string doing_;
    spdlog::logger& log_;
    metrics::Counter& errors_;
    std::string last_;
};

}  // namespace lars::reporter
