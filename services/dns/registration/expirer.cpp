#include "dns/registration/expirer.hpp"

#include "runtime/sleep.hpp"
#include "wire/identity.hpp"

#include <algorithm>
#include <utility>

namespace lars::dns {
namespace {

using namespace std::chrono_literals;

constexpr const char* kDuty = "expire";
constexpr auto kDutyLength = 3s;
constexpr auto kLookAtHeld = 1s;
constexpr auto kLookForStrays = 60s;

}  // namespace

Expirer::Expirer(
    asio::any_io_executor executor,
    const store::Url& url,
    const ExpiryDecision::Options& options,
    const Presence& presence,
    Outlets outlets,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      database_(executor, url),
      options_(options),
      presence_(presence),
      outlets_(std::move(outlets)),
      log_(log),
      expired_(metrics.counter(
          "lars_dns_expired_owners_total", "Agents whose instances were taken away by this dns"
      )),
      decision_(options),
      wake_(executor_) {
    metrics.gauge(
        "lars_dns_held_owners",
        "Agents that are gone, and whose instances are held",
        [this] { return static_cast<double>(held_.load()); }
    );
}

Awaitable<> Expirer::run() {
    while (true) {
        auto working = work();
        const auto outcome = co_await std::move(working);
        if (!outcome) {
            duty_since_.reset();
            if (const auto line = troubles_.note(outcome.error().message, Clock::now())) {
                log_.error("it isn't known which agents are gone: {}", *line);
            }
        } else if (troubles_.end() > 0) {
            log_.info("it is known again which agents are gone");
        }
        // Ends of sessions with other dns services are seen in time; of those who are gone and
        // wait, it is seen within a thirtieth of a lease that they are back.
        const auto often = decision_.any_gone() ? options_.lease / 30 : options_.lease / 6;
        const auto next = Clock::now() + std::clamp<std::chrono::milliseconds>(often, 10ms, 1s);
        co_await wake_.wait_until(next);
    }
}

Awaitable<Expirer::Outcome> Expirer::work() {
    auto outcome = co_await database_.prepare();
    if (outcome && Clock::now() >= next_renewal_) outcome = co_await renew_duty();
    if (outcome && Clock::now() >= next_held_) outcome = co_await look_at_held();
    if (outcome && may_expire(Clock::now())) outcome = co_await look();
    co_return outcome;
}

Awaitable<Expirer::Outcome> Expirer::renew_duty() {
    next_renewal_ = Clock::now() + kDutyLength / 3;
    auto acquiring = leases_.acquire(kDuty, wire::to_string(presence_.id()), kDutyLength);
    const auto acquired = co_await std::move(acquiring);
    if (!acquired) co_return acquired.error();
    if (!*acquired) {
        duty_since_.reset();
    } else if (!duty_since_) {
        duty_since_ = Clock::now();
    }
    co_return Outcome();
}

// Who has just come can't know who was there before, nor whom an outage kept from saying so.
bool Expirer::may_expire(Clock::time_point now) const {
    const auto since = presence_.since(now);
    const auto grace = 2 * options_.lease;
    return duty_since_ && since && now >= *duty_since_ + grace && now >= *since + grace;
}

Awaitable<Expirer::Outcome> Expirer::look_at_held() {
    next_held_ = Clock::now() + kLookAtHeld;
    const bool may = may_expire(Clock::now());
    if (may && Clock::now() >= next_strays_) {
        next_strays_ = Clock::now() + kLookForStrays;
        auto adopting = sessions_.adopt_strays();
        const auto adopted = co_await std::move(adopting);
        if (!adopted) co_return adopted.error();
        if (*adopted > 0) log_.warn("{} agents with instances have never been seen", *adopted);
    }
    auto reading = expiries_.held();
    const auto held = co_await std::move(reading);
    if (!held) co_return held.error();
    auto released = decision_.note_held(*held);
    held_ = decision_.held_owners();
    if (duty_since_) log_held();
    outlets_.on_held(*held);
    if (released.empty() || !may) co_return Outcome();
    auto expiring =
        expire(std::move(released), "lease over, and held for long enough or confirmed");
    co_return co_await std::move(expiring);
}

Awaitable<Expirer::Outcome> Expirer::look() {
    auto reading = sessions_.gone(presence_.id(), options_.lease);
    const auto gone = co_await std::move(reading);
    if (!gone) co_return gone.error();
    ExpiryDecision::HeardOwners heard;
    if (!gone->owners.empty()) {
        auto hearing = outlets_.heard();
        heard = co_await std::move(hearing);
    }
    auto deciding = decision_.note_gone(*gone, heard, Clock::now());
    if (deciding.empty()) co_return Outcome();
    auto asking = expiries_.shares(std::move(deciding));
    const auto shares = co_await std::move(asking);
    if (!shares) co_return shares.error();
    auto step = decision_.decide(*shares, Clock::now());
    if (!step.hold.empty()) {
        auto holding = expiries_.hold(std::move(step.hold));
        const auto held = co_await std::move(holding);
        if (!held) co_return held.error();
        held_ = decision_.held_owners();
        log_held();
    }
    if (step.expire.empty()) co_return Outcome();
    auto expiring = expire(std::move(step.expire), "lease over");
    co_return co_await std::move(expiring);
}

Awaitable<Expirer::Outcome> Expirer::expire(std::vector<store::Expiry> expiries, std::string why) {
    const auto first = expiries.front();
    auto expiring = expiries_.expire(std::move(expiries), why, options_.lease);
    const auto count = co_await std::move(expiring);
    if (!count) co_return count.error();
    if (*count == 0) co_return Outcome();
    expired_.add(*count);
    log_.warn(
        "{} agents are gone, and their instances with them, that of {} among them: {}",
        *count,
        first.host.empty() ? short_text(first.owner) : first.host,
        why
    );
    outlets_.on_expired();
    co_return Outcome();
}

// When it begins, has doubled, and ends.
void Expirer::log_held() {
    const auto held = held_.load();
    const bool ended = held == 0 && held_logged_ > 0;
    if (!ended && (held == 0 || held < 2 * held_logged_)) return;
    held_logged_ = held;
    if (ended) return log_.warn("no agent's instances are held any more");
    log_.error(
        "the instances of {} agents that are gone are held, since too many of all, or of a "
        "module's, "
        "would go; see: lars route held; they go after {} min, or with: lars route confirm",
        held,
        std::chrono::duration_cast<std::chrono::minutes>(options_.max_hold).count()
    );
}

}  // namespace lars::dns
