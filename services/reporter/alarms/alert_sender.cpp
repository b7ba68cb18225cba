#include "reporter/alarms/alert_sender.hpp"

#include "http/client.hpp"

#include <boost/asio/steady_timer.hpp>

#include <algorithm>

namespace lars::reporter {
namespace {

using namespace std::chrono_literals;

constexpr auto kTimeout = 5s;
constexpr auto kRepeat = 60s;
// Alertmanager takes an alarm for resolved when it isn't repeated within this time. Some
// repetitions may fail, or another reporter may take over, before that.
constexpr auto kExpiry = 4min;
// An answer says whole seconds, and may have taken one.
constexpr auto kClockTolerance = 5s;
constexpr runtime::Backoff::Options kBackoff{.first = 500ms, .max = 30s};
constexpr std::size_t kMaxWaiting = 10'000;
constexpr std::size_t kMaxAtOnce = 200;

http::Url alerts_of(http::Url alertmanager) {
    if (alertmanager.target.ends_with('/')) alertmanager.target.pop_back();
    alertmanager.target += "/api/v2/alerts";
    return alertmanager;
}

// Whether the receiver would refuse the same alerts again.
bool is_final(unsigned status) {
    constexpr unsigned kRequestTimeout = 408;
    constexpr unsigned kTooManyRequests = 429;
    return status >= 400 && status < 500 && status != kRequestTimeout && status != kTooManyRequests;
}

}  // namespace

AlertSender::AlertSender(
    asio::any_io_executor executor,
    const AlarmOptions& options,
    const StoreClock& clock,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor), clock_(clock), log_(log), delivered_(executor), tasks_(executor, log) {
    for (const auto& url : options.alertmanagers) {
        add_receiver(Kind::alertmanager, alerts_of(url), metrics);
    }
    if (options.webhook) add_receiver(Kind::webhook, *options.webhook, metrics);
}

void AlertSender::add_receiver(Kind kind, http::Url url, metrics::Registry& metrics) {
    const metrics::Labels labels{{"to", to_string(url.peer)}};
    auto& sent = metrics.counter(
        "lars_reporter_alerts_sent_total",
        "Alerts, firing or resolved, that a receiver took",
        labels
    );
    auto& failed = metrics.counter(
        "lars_reporter_alerts_failed_total",
        "Alerts that a receiver didn't take, at each attempt",
        labels
    );
    auto& difference = metrics.gauge(
        "lars_reporter_receiver_clock_difference_seconds",
        "How far the clock of a receiver of alerts is ahead of the database's",
        labels
    );
    receivers_.push_back(std::unique_ptr<Receiver>(new Receiver{
        kind,
        std::move(url),
        runtime::Event(executor_),
        runtime::Backoff(kBackoff),
        sent,
        failed,
        difference,
        ClockDifference(kClockTolerance),
        {},
        {},
        {}}));
}

void AlertSender::start() {
    for (const auto& receiver : receivers_) tasks_.spawn("alert sender", deliver(*receiver));
}

Awaitable<> AlertSender::stop(Clock::time_point deadline) {
    while (!idle() && Clock::now() < deadline) co_await delivered_.wait_until(deadline);
    if (!idle()) log_.warn("stopping with alerts that weren't delivered");
    tasks_.cancel();
    co_await tasks_.join();
}

void AlertSender::notify(
    const AlarmNews& news, const std::vector<Alarm>& firing, AlarmTime at, Clock::time_point now
) {
    const bool repeat = now >= repeat_at_;
    if (repeat) repeat_at_ = now + kRepeat;
    for (const auto& receiver : receivers_) {
        const bool again = repeat && receiver->kind == Kind::alertmanager;
        for (const auto& alarm : again ? firing : news.fired) {
            enqueue(*receiver, alarm, Notice::Phase::firing, at);
        }
        for (const auto& alarm : news.resolved) {
            enqueue(*receiver, alarm, Notice::Phase::resolved, at);
        }
    }
}

void AlertSender::enqueue(
    Receiver& receiver, const Alarm& alarm, Notice::Phase phase, AlarmTime now
) {
    const auto key = alarm.key();
    if (receiver.waiting.size() >= kMaxWaiting && !receiver.waiting.contains(key)) {
        receiver.failed.add();
        return;
    }
    receiver.waiting.insert_or_assign(key, Notice{alarm, phase, now});
    receiver.news.notify();
}

void AlertSender::clear() {
    repeat_at_ = {};
    for (const auto& receiver : receivers_) {
        receiver->waiting.clear();
        receiver->in_flight.clear();
    }
}

Awaitable<> AlertSender::deliver(Receiver& receiver) {
    asio::steady_timer pause(executor_);
    while (true) {
        while (receiver.waiting.empty()) co_await receiver.news.wait();
        const bool done = co_await post(receiver);
        if (done) {
            delivered_.notify();
            continue;
        }
        pause.expires_after(receiver.backoff.next(static_cast<std::uint32_t>(random_())));
        co_await pause.async_wait(nothrow);
    }
}

Awaitable<bool> AlertSender::post(Receiver& receiver) {
    auto& batch = receiver.in_flight;
    while (!receiver.waiting.empty() && batch.size() < kMaxAtOnce) {
        batch.insert(receiver.waiting.extract(receiver.waiting.begin()));
    }
    const auto count = batch.size();
    auto body = receiver.kind == Kind::webhook
                    ? webhook_body(batch)
                    : alertmanager_body(batch, clock_.now() + kExpiry, receiver.clock.value());
    auto posting = http::post_json(executor_, receiver.url, std::move(body), kTimeout);
    const auto answer = co_await std::move(posting);
    const bool dated_wrong = answer.date && note_clock(receiver, *answer.date);
    const bool accepted = !answer.error && answer.status >= 200 && answer.status < 300;
    if (accepted) {
        receiver.sent.add(count);
        receiver.backoff.reset();
        const auto failures = receiver.troubles.end();
        if (failures > 0) {
            log_.info(
                "{} takes alerts again, after {} attempts", http::origin_of(receiver.url), failures
            );
        }
        if (dated_wrong) receiver.waiting.merge(batch);  // soon told again, by its clock
        batch.clear();
        co_return !dated_wrong;
    }
    receiver.failed.add(count);
    if (!answer.error && is_final(answer.status) && !dated_wrong) {
        log_.error(
            "{} refuses {} alerts, status {}: {}",
            http::origin_of(receiver.url),
            count,
            answer.status,
            answer.body.substr(0, 200)
        );
        batch.clear();
        co_return true;
    }
    note_failure(
        receiver, answer.error ? answer.error.message() : "status " + std::to_string(answer.status)
    );
    receiver.waiting.merge(batch);  // what is newer there stays
    batch.clear();
    co_return false;
}

void AlertSender::note_failure(Receiver& receiver, const std::string& why) {
    const auto line = receiver.troubles.note(why, Clock::now());
    if (line) {
        log_.warn("{} doesn't take alerts: {}; trying again", http::origin_of(receiver.url), *line);
    }
}

bool AlertSender::note_clock(Receiver& receiver, store::UnixTime its) {
    if (receiver.kind != Kind::alertmanager) return false;
    const bool news = receiver.clock.note(its - clock_.now());
    const auto ahead = receiver.clock.value();
    receiver.clock_difference.set(std::chrono::duration<double>(ahead).count());
    if (news) {
        log_.warn(
            "the clock of {} is {}; it is told of alerts by its own",
            http::origin_of(receiver.url),
            clock_words(ahead)
        );
    }
    return news;
}

bool AlertSender::idle() const {
    return std::all_of(receivers_.begin(), receivers_.end(), [](const auto& receiver) {
        return receiver->waiting.empty() && receiver->in_flight.empty();
    });
}

}  // namespace lars::reporter
