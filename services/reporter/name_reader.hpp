#pragma once

#include "admin/module_names.hpp"
#include "metrics/call_metrics.hpp"
#include "runtime/asio.hpp"
#include "store/change_feed.hpp"
#include "store/names.hpp"
#include "store/ready_database.hpp"

#include <spdlog/logger.h>

#include <memory>

namespace lars::reporter {

/// Reads what modules are called, for alerts and metrics, whenever the table of routes has changed.
/// Without the right to read it, or while the store is away, names stay as they were. Runs on one
/// executor.
class NameReader {
public:
    /// `metrics` outlives it, and is told the names.
    NameReader(
        asio::any_io_executor executor,
        const store::Url& store,
        metrics::CallMetrics& metrics,
        spdlog::logger& log
    );

    /// Until it is cancelled.
    Awaitable<> run();
    const admin::NamesById& names() const { return *names_; }

private:
    Awaitable<store::Result<void>> read();

    asio::any_io_executor executor_;
    metrics::CallMetrics& metrics_;
    spdlog::logger& log_;
    store::ReadyDatabase database_;
    store::ChangeFeed feed_{*database_};
    store::Names store_names_{*database_};
    std::shared_ptr<const admin::NamesById> names_ = std::make_shared<admin::NamesById>();
    std::uint64_t version_ = 0;
    bool refused_ = false;
};

}  // namespace lars::reporter
