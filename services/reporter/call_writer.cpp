#include "reporter/call_writer.hpp"

#include "runtime/sleep.hpp"

namespace lars::reporter {
namespace {

// A transaction of this many rows takes about a second.
constexpr std::size_t kMaxRows = 50'000;
constexpr auto kTryAgain = std::chrono::milliseconds(200);

}  // namespace

WriterCounters::WriterCounters(metrics::Registry& metrics)
    : batches(metrics.counter("lars_reporter_batches_total", "Batches added to the history")),
      repeated(metrics.counter(
          "lars_reporter_repeated_batches_total", "Batches that were in the history already"
      )),
      rows(metrics.counter("lars_reporter_results_total", "Call results added to the history")),
      commits(metrics.counter("lars_reporter_commits_total", "Transactions of call history")),
      seconds(metrics.histogram(
          "lars_reporter_commit_seconds",
          "How long a transaction of call history takes",
          {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}
      )) {}

CallWriter::CallWriter(
    asio::any_io_executor executor,
    const Options& options,
    RowBudget& budget,
    Stored stored,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      options_(options),
      budget_(budget),
      stored_(std::move(stored)),
      log_(log),
      database_(executor, options.store),
      health_("storing calls", metrics, log),
      counters_(metrics),
      came_(executor) {}

void CallWriter::put(Report report, const Receipt& receipt) {
    queued_rows_ += report.size();
    queue_.push_back({std::move(report), receipt});
    came_.notify();
}

Awaitable<> CallWriter::run() {
    while (true) {
        if (queue_.empty() && !batches_) co_await came_.wait();
        const auto next = Clock::now() + options_.flush_interval;
        const bool done = co_await flush();
        const bool more = done && !queue_.empty() && queued_rows_ >= kMaxRows;
        if (!more) co_await runtime::sleep_until(executor_, next);
    }
}

Awaitable<> CallWriter::drain(Clock::time_point deadline) {
    while (!queue_.empty() || batches_) {
        const bool done = co_await flush();
        if (done) continue;
        if (Clock::now() >= deadline) {
            log_.error(
                "stopping with {} batches of calls that the store didn't take; their agents "
                "keep them",
                queue_.size() + aboard_.size()
            );
            co_return;
        }
        co_await runtime::sleep_until(executor_, Clock::now() + kTryAgain);
    }
}

Awaitable<bool> CallWriter::flush() {
    if (!batches_) board();
    if (!batches_) co_return true;
    const auto begun = Clock::now();
    const auto added = co_await write();
    if (!added) {
        health_.note(added.error());
        co_return false;
    }
    health_.note_success();
    counters_.commits.add();
    counters_.seconds.observe(std::chrono::duration<double>(Clock::now() - begun).count());
    leave(*added);
    co_return true;
}

Awaitable<store::Result<std::vector<bool>>> CallWriter::write() {
    const auto ready = co_await database_.prepare();
    if (!ready) co_return ready.error();
    auto writing = history_.write(batches_);
    co_return co_await std::move(writing);
}

void CallWriter::board() {
    std::size_t rows = 0;
    while (!queue_.empty() && rows < kMaxRows) {
        if (!batches_) batches_ = std::make_shared<std::vector<store::CallBatch>>();
        auto& next = queue_.front();
        rows += next.report.size();
        queued_rows_ -= next.report.size();
        batches_->push_back(std::move(next.report.batch));
        aboard_.push_back(std::move(next));
        queue_.pop_front();
    }
}

void CallWriter::leave(const std::vector<bool>& added) {
    for (std::size_t i = 0; i < aboard_.size(); ++i) {
        auto& [report, receipt] = aboard_[i];
        report.batch = std::move((*batches_)[i]);
        (added[i] ? counters_.batches : counters_.repeated).add();
        if (added[i]) counters_.rows.add(report.size());
        budget_.release(report.size());
        stored_(std::move(report), receipt, added[i]);
    }
    aboard_.clear();
    batches_.reset();
}

}  // namespace lars::reporter
