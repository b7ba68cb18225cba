#include "reporter/housekeeper.hpp"

#include "runtime/sleep.hpp"
#include "wire/identity.hpp"

#include <algorithm>

namespace lars::reporter {
namespace {

using namespace std::chrono_literals;

// Apart, because who sums up may be one that no agent has told the time.
constexpr const char* kSummingUp = "history";
constexpr const char* kPruning = "pruning";
constexpr auto kInterval = 10s;
// While no agent has told the time.
constexpr auto kFirstInterval = 1s;
constexpr auto kLease = 30s;
constexpr auto kPruneInterval = 60s;
// Between the steps of pruning, for those who wait for the same rows.
constexpr auto kPause = 20ms;
// Batches of an hour come for a while after it; later ones have it summed up again.
constexpr auto kGrace = 90s;

}  // namespace

Housekeeper::Housekeeper(
    asio::any_io_executor executor,
    const Options& options,
    StoreClock& clock,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      options_(options),
      clock_(clock),
      self_(wire::to_string(wire::random_instance())),
      database_(executor, options.store),
      health_("summing up and pruning the history", metrics, log),
      summed_(metrics.counter(
          "lars_reporter_periods_summed_total", "Hours and days of call history summed up"
      )),
      pruned_(metrics.counter(
          "lars_reporter_rows_pruned_total",
          "Rows removed because they were older than they need be"
      )) {}

Awaitable<> Housekeeper::run() {
    while (true) {
        const auto done = co_await keep_house();
        if (!done) health_.note(done.error());
        if (done) health_.note_success();
        const bool told = clock_.witnessed_at(Clock::now()).has_value();
        co_await runtime::sleep_for(executor_, told ? kInterval : kFirstInterval);
    }
}

Awaitable<store::Result<void>> Housekeeper::keep_house() {
    const auto ready = co_await database_.prepare();
    if (!ready) co_return ready.error();
    auto reading = clock_.read(database_clock_);
    const auto time = co_await std::move(reading);
    if (!time) co_return time.error();
    const auto now = std::chrono::floor<std::chrono::seconds>(*time);
    const auto mine = co_await take(kSummingUp);
    if (!mine) co_return mine.error();
    if (*mine) {
        const auto summed = co_await sum_up(now);
        if (!summed) co_return summed.error();
    }
    const auto witnessed = clock_.witnessed_at(Clock::now());
    if (!witnessed || Clock::now() < next_prune_) co_return store::Result<void>();
    const auto prunes = co_await take(kPruning);
    if (!prunes) co_return prunes.error();
    if (!*prunes) co_return store::Result<void>();
    next_prune_ = Clock::now() + kPruneInterval;
    co_return co_await prune(std::min(now, *witnessed));
}

Awaitable<store::Result<bool>> Housekeeper::take(const char* duty) {
    auto taking = leases_.acquire(duty, self_, kLease);
    co_return co_await std::move(taking);
}

Awaitable<store::Result<void>> Housekeeper::sum_up(store::UnixTime now) {
    while (true) {
        auto rolling = history_.roll_up(now - kGrace);
        const auto done = co_await std::move(rolling);
        if (!done) co_return done.error();
        if (!*done) co_return store::Result<void>();
        summed_.add();
        const auto mine = co_await take(kSummingUp);
        if (!mine) co_return mine.error();
    }
}

Awaitable<store::Result<void>> Housekeeper::prune(store::UnixTime now) {
    while (true) {
        auto pruning = history_.prune(options_.retention, now);
        const auto removed = co_await std::move(pruning);
        if (!removed) co_return removed.error();
        if (*removed == 0) co_return store::Result<void>();
        pruned_.add(*removed);
        const auto mine = co_await take(kPruning);
        if (!mine) co_return mine.error();
        if (!*mine) co_return store::Result<void>();
        co_await runtime::sleep_until(executor_, Clock::now() + kPause);
    }
}

}  // namespace lars::reporter
