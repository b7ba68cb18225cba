#include "reporter/alarms/alarm_watch.hpp"

#include "admin/alarm_text.hpp"
#include "runtime/sleep.hpp"
#include "wire/identity.hpp"

#include <algorithm>

namespace lars::reporter {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDuty = "alarms";
constexpr auto kMinLease = 15s;
// Calls that are delivered more than kCallsBack late aren't judged. None is ahead of the database's
// clock, unless that was set back.
constexpr auto kCallsBack = 3min;
constexpr auto kCallsAhead = 6min;
// A status row is written at most every 10 s, and only while there are calls.
constexpr auto kFreshStatus = 60s;
constexpr auto kMinPause = 20ms;

}  // namespace

AlarmWatch::AlarmWatch(
    asio::any_io_executor executor,
    const store::Url& store,
    const AlarmOptions& options,
    StoreClock& clock,
    const NameReader& names,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      interval_(options.interval),
      lease_(std::max<std::chrono::seconds>(
          kMinLease, std::chrono::ceil<std::chrono::seconds>(3 * options.interval)
      )),
      clock_(clock),
      names_(names),
      log_(log),
      self_(wire::to_string(wire::random_instance())),
      database_(executor, store),
      health_("judging alarms", metrics, log),
      sender_(executor, options, clock, metrics, log),
      refused_(metrics.counter(
          "lars_reporter_alarms_refused_total",
          "Alarms and modules that found no room, at each look at the alarms"
      )),
      released_(executor),
      tasks_(executor, log) {
    metrics.gauge(
        "lars_reporter_alarms_firing",
        "Alarms that fire, if this reporter judges",
        [this] { return double(firing_); }
    );
    metrics.gauge("lars_reporter_judges_alarms", "1: this reporter looks after the alarms", [this] {
        return on_duty_ ? 1.0 : 0.0;
    });
}

void AlarmWatch::start() {
    sender_.start();
    tasks_.spawn("alarms", run());
}

Awaitable<> AlarmWatch::stop(Clock::time_point deadline) {
    tasks_.cancel();
    co_await tasks_.join();
    co_await sender_.stop(deadline);
    if (!evaluator_) co_return;
    runtime::TaskGroup parting(executor_, log_);
    parting.spawn("release of alarms", release());
    co_await released_.wait_until(deadline);
    parting.cancel();
    co_await parting.join();
}

// Without this, the next reporter would wait until the lease has run out.
Awaitable<> AlarmWatch::release() {
    const auto released = co_await leases_.acquire(kDuty, self_, 0s);
    if (!released) log_.warn("the alarms' lease isn't given back: {}", released.error().message);
    released_.notify();
}

Awaitable<> AlarmWatch::run() {
    while (true) {
        const auto done = co_await round();
        if (!done) health_.note(done.error());
        if (done) health_.note_success();
        co_await runtime::sleep_until(executor_, Clock::now() + pause());
    }
}

Awaitable<store::Result<void>> AlarmWatch::round() {
    const auto ours = co_await take_duty();
    if (!ours) co_return ours.error();
    if (!*ours) co_return store::Result<void>();
    auto reading = co_await read();
    if (!reading) co_return reading.error();
    const auto at = reading->at;
    const auto refused = evaluator_->refused();
    auto news = evaluator_->evaluate(std::move(*reading));
    refused_.add(evaluator_->refused() - refused);
    auto firing = evaluator_->firing();
    firing_ = firing.size();
    name(news.fired);
    name(firing);
    name(news.resolved);
    for (const auto& alarm : news.resolved) named_.erase(alarm.key());
    log_changes(news);
    sender_.notify(news, firing, at, Clock::now());
    auto changes = evaluator_->unsaved();
    if (changes.empty()) co_return store::Result<void>();
    const auto written = co_await alarms_.write_states(std::move(changes));
    if (!written) co_return written.error();
    evaluator_->note_saved();
    co_return store::Result<void>();
}

Awaitable<store::Result<bool>> AlarmWatch::take_duty() {
    const auto ready = co_await database_.prepare();
    if (!ready) co_return ready.error();
    // Another reporter may have had the lease meanwhile.
    if (evaluator_ && Clock::now() > ours_until_) drop_duty();
    const auto asked = Clock::now();
    const auto taken = co_await leases_.acquire(kDuty, self_, lease_);
    if (!taken) co_return taken.error();
    if (!*taken) {
        drop_duty();
        co_return false;
    }
    ours_until_ = asked + lease_;
    if (evaluator_) co_return true;
    const auto states = co_await alarms_.read_states();
    if (!states) co_return states.error();
    log_.info("this reporter looks after the alarms");
    evaluator_.emplace(AlarmEvaluator::Options());
    evaluator_->take_over(*states);
    on_duty_ = true;
    co_return true;
}

Awaitable<store::Result<AlarmReading>> AlarmWatch::read() {
    AlarmReading reading;
    auto rules = co_await alarms_.list_rules();
    if (!rules) co_return rules.error();
    if (rules->unusable != std::exchange(unusable_, rules->unusable) && rules->unusable > 0) {
        log_.warn("{} rows of AlarmRule make no sense, and aren't used", rules->unusable);
    }
    reading.rules = std::move(rules->rules);
    auto asking = clock_.read(database_clock_);
    const auto time = co_await std::move(asking);
    if (!time) co_return time.error();
    reading.at = *time;
    if (reading.rules.empty()) co_return reading;
    const auto second = std::chrono::floor<std::chrono::seconds>(reading.at);
    const store::HistoryQuery query{
        .from = second - kCallsBack, .to = second + kCallsAhead, .by_start = true};
    auto calls = co_await history_.read(query);
    if (!calls) co_return calls.error();
    reading.calls = std::move(*calls);
    const auto is_overload = [](const store::AlarmRule& rule) {
        return rule.kind == store::AlarmKind::overloaded;
    };
    if (std::any_of(reading.rules.begin(), reading.rules.end(), is_overload)) {
        auto overloads = co_await status_.count_overloads(second - kFreshStatus);
        if (!overloads) co_return overloads.error();
        reading.overloads = std::move(*overloads);
    }
    if (evaluator_->wants_last_calls(reading.rules)) {
        auto last = co_await history_.read_last_calls();
        if (!last) co_return last.error();
        reading.last_calls = std::move(*last);
    }
    co_return reading;
}

void AlarmWatch::name(std::vector<Alarm>& alarms) {
    for (auto& alarm : alarms) {
        const auto [found, is_new] = named_.try_emplace(alarm.key());
        if (is_new) found->second = admin::name_of(alarm.module, names_.names());
        alarm.service = found->second;
    }
}

void AlarmWatch::log_changes(const AlarmNews& news) {
    const auto log = [this](const char* what, const Alarm& alarm) {
        log_.warn(
            "alarm {}: module {}: {} by rule {}; it is {}",
            what,
            alarm.module_text(),
            admin::condition_text(alarm.rule),
            alarm.rule.id,
            admin::value_text(alarm.rule.kind, alarm.value)
        );
    };
    for (const auto& alarm : news.fired) log("fires", alarm);
    for (const auto& alarm : news.resolved) log("is resolved", alarm);
}

void AlarmWatch::drop_duty() {
    if (!evaluator_) return;
    log_.info("another reporter looks after the alarms");
    evaluator_.reset();
    named_.clear();
    sender_.clear();
    firing_ = 0;
    on_duty_ = false;
}

std::chrono::milliseconds AlarmWatch::pause() const {
    const auto due = evaluator_ ? evaluator_->next_due() : std::nullopt;
    if (!due) return interval_;
    const std::chrono::milliseconds until = *due - clock_.now();
    return std::clamp<std::chrono::milliseconds>(until, kMinPause, interval_);
}

}  // namespace lars::reporter
