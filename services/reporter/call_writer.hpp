#pragma once

#include "reporter/options.hpp"
#include "reporter/report.hpp"
#include "reporter/row_budget.hpp"
#include "reporter/store_health.hpp"
#include "runtime/task_group.hpp"
#include "store/call_history.hpp"
#include "store/ready_database.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace lars::reporter {

/// Where the agent of a batch waits to hear that it is stored.
struct Receipt {
    std::size_t context = 0;
    std::uint64_t session = 0;
    wire::InstanceId instance{};
    std::uint64_t sequence = 0;
};

/// What a writer counts, looked up once for all of them.
struct WriterCounters {
    explicit WriterCounters(metrics::Registry& metrics);
    metrics::Counter& batches;
    metrics::Counter& repeated;
    metrics::Counter& rows;
    metrics::Counter& commits;
    metrics::Histogram& seconds;
};

/// Adds batches to the call history, and then gives receipts: in one transaction all that came
/// within a flush interval, or while the last transaction took longer. All batches of an instance
/// go through one writer. Runs on one executor.
class CallWriter {
public:
    /// Told of a report once its batch is stored, and whether it was new.
    using Stored = std::function<void(Report, const Receipt&, bool)>;

    CallWriter(
        asio::any_io_executor executor,
        const Options& options,
        RowBudget& budget,
        Stored stored,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Its rows have room; they give it back when they are stored.
    void put(Report report, const Receipt& receipt);
    /// Until it is cancelled.
    Awaitable<> run();
    /// Writes what waits, trying until the deadline.
    Awaitable<> drain(Clock::time_point deadline);
    /// What is wrong with the store, and since when; any thread.
    std::optional<std::string> trouble() const { return health_.trouble(); }

private:
    struct Waiting {
        Report report;
        Receipt receipt;
    };

    /// One transaction. False: the store didn't take it, and the same is tried next time.
    Awaitable<bool> flush();
    Awaitable<store::Result<std::vector<bool>>> write();
    void board();
    void leave(const std::vector<bool>& added);

    asio::any_io_executor executor_;
    const Options& options_;
    RowBudget& budget_;
    Stored stored_;
    spdlog::logger& log_;
    store::ReadyDatabase database_;
    store::CallHistory history_{*database_};
    StoreHealth health_;
    WriterCounters counters_;
    std::deque<Waiting> queue_;
    std::size_t queued_rows_ = 0;
    runtime::Event came_;
    /// The transaction that is tried: what its batches came with, and the batches.
    std::vector<Waiting> aboard_;
    std::shared_ptr<std::vector<store::CallBatch>> batches_;
};

}  // namespace lars::reporter
