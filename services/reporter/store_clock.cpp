#include "reporter/store_clock.hpp"

#include <algorithm>

namespace lars::reporter {
namespace {

using std::chrono::nanoseconds;

// A reading may be wrong by half of what it took.
constexpr auto kTolerance = std::chrono::seconds(2);

nanoseconds::rep begin_of(std::chrono::sys_time<nanoseconds> time, Clock::time_point moment) {
    return (time.time_since_epoch() - moment.time_since_epoch()).count();
}

StoreClock::Time time_of(nanoseconds::rep begin, Clock::time_point moment) {
    const auto since = moment.time_since_epoch() + nanoseconds(begin);
    return StoreClock::Time(std::chrono::floor<std::chrono::milliseconds>(since));
}

}  // namespace

StoreClock::StoreClock(metrics::Registry& metrics, spdlog::logger& log)
    : log_(log),
      begin_(begin_of(std::chrono::system_clock::now(), Clock::now())),
      difference_(kTolerance) {
    metrics.gauge(
        "lars_reporter_clock_difference_seconds",
        "How far this host's clock is ahead of the database's, which decides what is old",
        [this] { return difference_s_.load(); }
    );
}

Awaitable<store::Result<StoreClock::Time>> StoreClock::read(store::DatabaseClock& from) {
    const auto asked = Clock::now();
    auto reading = from.now();
    const auto time = co_await std::move(reading);
    if (!time) co_return time.error();
    note(*time, asked, Clock::now(), std::chrono::system_clock::now());
    co_return std::chrono::floor<std::chrono::milliseconds>(*time);
}

void StoreClock::note(
    store::DatabaseClock::Time read,
    Clock::time_point asked,
    Clock::time_point answered,
    std::chrono::system_clock::time_point own
) {
    const auto half = (answered - asked) / 2;
    begin_ = begin_of(read, asked + half);
    const auto ahead = std::chrono::round<ClockDifference::Length>(own - half - read);
    difference_s_ = std::chrono::duration<double>(ahead).count();
    if (!difference_.note(ahead)) return;
    log_.warn(
        "the clock of this host is {}, by which calls are dated, kept and judged",
        clock_words(difference_.value())
    );
}

StoreClock::Time StoreClock::at(Clock::time_point moment) const {
    return time_of(begin_, moment);
}

void StoreClock::witness(store::UnixTime stated, Clock::time_point moment) {
    const std::chrono::sys_time<nanoseconds> agreed = std::min<Time>(stated, at(moment));
    const auto begin = begin_of(agreed, moment);
    auto latest = witnessed_begin_.load();
    while (latest < begin && !witnessed_begin_.compare_exchange_weak(latest, begin)) {
    }
}

std::optional<store::UnixTime> StoreClock::witnessed_at(Clock::time_point moment) const {
    const auto begin = witnessed_begin_.load();
    if (begin == 0) return {};
    return std::chrono::floor<std::chrono::seconds>(std::min(time_of(begin, moment), at(moment)));
}

}  // namespace lars::reporter
