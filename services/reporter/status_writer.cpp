#include "reporter/status_writer.hpp"

#include <boost/asio/steady_timer.hpp>

#include <iterator>

namespace lars::reporter {
namespace {

constexpr auto kTryAgain = std::chrono::milliseconds(200);

}  // namespace

StatusWriter::StatusWriter(
    net::asio::any_io_executor executor,
    const Options& options,
    Acknowledge acknowledge,
    net::Metrics& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      options_(options),
      acknowledge_(std::move(acknowledge)),
      log_(log),
      store_(store::make_store(executor, options.store)),
      queue_(options.queue_rows),
      reports_(metrics.counter("lars_reporter_reports_total", "ReportStatusRequests taken")),
      written_(metrics.counter("lars_reporter_rows_written_total", "Rows written to the store")),
      refused_(metrics.counter("lars_reporter_rows_refused_total", "Rows that found no room")),
      errors_(metrics.counter("lars_reporter_store_errors_total", "Failed writes to the store")) {
    metrics.gauge("lars_reporter_rows_waiting", "Rows that wait for the store", [this] {
        return double(waiting_);
    });
}

void StatusWriter::put(const Report& report, const Receipt& receipt) {
    reports_.add();
    refused_.add(queue_.put(report));
    waiting_ = queue_.size();
    const bool whole = report.sequence != 0 && !report.more;
    if (whole && receipts_.size() < options_.queue_rows) receipts_.push_back(receipt);
}

net::Awaitable<> StatusWriter::run() {
    while (true) {
        co_await sleep(options_.flush_interval);
        co_await flush();
    }
}

net::Awaitable<> StatusWriter::drain(net::Clock::time_point deadline) {
    take_back();  // of a write that was cancelled
    bool done = co_await flush();
    while (!done && net::Clock::now() < deadline) {
        co_await sleep(kTryAgain);
        done = co_await flush();
    }
    if (!done) log_.error("stopping with {} rows that the store didn't take", queue_.size());
}

net::Awaitable<store::Result<void>> StatusWriter::prepare() {
    if (prepared_) co_return store::Result<void>();
    const bool own = options_.store.kind == store::Url::Kind::sqlite;
    auto asked = own ? store_->migrate() : store_->inspect();
    const auto schema = co_await std::move(asked);
    if (!schema) co_return schema.error();
    if (schema->version < schema->latest) {
        co_return store::Error{
            store::ErrorKind::schema,
            "the schema is too old; run: lars store migrate --store '" +
                store::to_string(options_.store) + "'"};
    }
    prepared_ = true;
    co_return store::Result<void>();
}

net::Awaitable<bool> StatusWriter::flush() {
    if (queue_.size() == 0 && receipts_.empty()) co_return true;
    const auto prepared = co_await prepare();
    if (!prepared) {
        note_failure(prepared.error());
        co_return false;
    }
    in_flight_rows_ = queue_.take();
    in_flight_receipts_ = std::exchange(receipts_, {});
    auto copy = in_flight_rows_;
    const auto written = co_await store_->write_status(std::move(copy));
    if (!written) {
        note_failure(written.error());
        take_back();
        co_return false;
    }
    if (!last_error_.empty()) log_.info("the store takes rows again");
    last_error_.clear();
    written_.add(in_flight_rows_.size());
    waiting_ = queue_.size();
    in_flight_rows_.clear();
    for (const auto& receipt : std::exchange(in_flight_receipts_, {})) acknowledge_(receipt);
    co_return true;
}

void StatusWriter::take_back() {
    refused_.add(queue_.put_back(std::exchange(in_flight_rows_, {})));
    receipts_.insert(receipts_.begin(), in_flight_receipts_.begin(), in_flight_receipts_.end());
    in_flight_receipts_.clear();
}

net::Awaitable<> StatusWriter::sleep(std::chrono::milliseconds delay) {
    net::asio::steady_timer timer(executor_, delay);
    co_await timer.async_wait(net::nothrow);
}

void StatusWriter::note_failure(const store::Error& error) {
    errors_.add();
    if (error.message == last_error_) return;
    last_error_ = error.message;
    log_.error("{}; keeping the rows, trying again", error.message);
}

}  // namespace lars::reporter
