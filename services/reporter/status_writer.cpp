#include "reporter/status_writer.hpp"

#include "runtime/sleep.hpp"

namespace lars::reporter {
namespace {

// Of one transaction: many keys that came at once are due at once, and spread out this way.
constexpr std::size_t kMaxRows = 20'000;
constexpr auto kTryAgain = std::chrono::milliseconds(200);

}  // namespace

StatusWriter::StatusWriter(
    asio::any_io_executor executor,
    const Options& options,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      options_(options),
      log_(log),
      board_({options.status_interval, options.status_rows}),
      database_(executor, options.store),
      health_("storing the status of calls", metrics, log),
      written_(metrics.counter(
          "lars_reporter_status_rows_written_total", "Rows of ServerCallStatus written"
      )),
      refused_(metrics.counter(
          "lars_reporter_status_rows_refused_total", "Rows of ServerCallStatus beyond the most held"
      )) {
    metrics.gauge(
        "lars_reporter_status_rows",
        "Endpoints by caller whose state is held for ServerCallStatus",
        [this] { return double(held_); }
    );
    metrics.gauge(
        "lars_reporter_callers_renamed",
        "Agents whose address another one has too, and who have one of 240.0.0.0/4 in "
        "ServerCallStatus",
        [this] { return double(renamed_); }
    );
}

void StatusWriter::put(Report report) {
    if (!report.snapshot()) report.caller = caller_of(report);
    refused_.add(board_.put(report, Clock::now()));
    held_ = board_.size();
}

std::uint32_t StatusWriter::caller_of(const Report& report) {
    const auto caller = callers_.caller_of(report.batch.instance, report.caller);
    const auto before = renamed_.exchange(callers_.renamed());
    if (before == 0 && renamed_ > 0) {
        const auto text = [](std::uint32_t ipv4) {
            return address_to_string(Endpoint::from_ipv4(ipv4, 0));
        };
        log_.warn(
            "several agents say that they are {}: one of them is {} in statistics; --caller gives "
            "each its own address",
            text(report.caller),
            text(caller)
        );
    } else if (before > 0 && renamed_ == 0) {
        log_.info("each agent has an address of its own in statistics again");
    }
    return caller;
}

Awaitable<> StatusWriter::run() {
    const Take due = [this] { return board_.take_due(kMaxRows, Clock::now()); };
    while (true) {
        const auto next = Clock::now() + options_.flush_interval;
        co_await write(due);
        held_ = board_.size();
        co_await runtime::sleep_until(executor_, next);
    }
}

Awaitable<> StatusWriter::drain(Clock::time_point deadline) {
    const Take all = [this] { return board_.take_all(); };
    while (true) {
        const bool done = co_await write(all);
        if (done) co_return;
        if (Clock::now() >= deadline) {
            log_.warn("stopping with rows of call status that the store didn't take");
            co_return;
        }
        co_await runtime::sleep_until(executor_, Clock::now() + kTryAgain);
    }
}

Awaitable<bool> StatusWriter::write(Take take) {
    auto rows = take();
    if (rows.empty()) co_return true;
    struct Return {
        StatusBoard& board;
        std::vector<store::StatusRow> rows;
        bool written = false;
        ~Return() {
            if (!written) board.put_back(rows);
        }
    } keep{board_, rows};
    const auto ready = co_await database_.prepare();
    if (!ready) {
        health_.note(ready.error());
        co_return false;
    }
    auto writing = status_.write(std::move(rows));
    const auto done = co_await std::move(writing);
    if (!done) {
        health_.note(done.error());
        co_return false;
    }
    health_.note_success();
    keep.written = true;
    written_.add(keep.rows.size());
    co_return true;
}

}  // namespace lars::reporter
