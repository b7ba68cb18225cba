#include "dns/registration/registrar.hpp"

#include "runtime/backoff.hpp"
#include "runtime/sleep.hpp"
#include "wire/announcement.hpp"

#include <random>
#include <utility>

namespace lars::dns {
namespace {

using namespace std::chrono_literals;

// The first change is stored at once, and those that follow it closely together: a deploy of
// thousands is a few hundred transactions.
constexpr auto kBetweenCommits = std::chrono::milliseconds(100);
// Instances of one transaction: more would keep others who edit routes waiting.
constexpr std::size_t kMaxInstances = 2'000;
// How soon an owner that is elsewhere is looked for there again.
constexpr auto kLookElsewhere = std::chrono::milliseconds(300);

AnnounceAck ack_of(const OwnerBook::Answer& answer, std::chrono::milliseconds lease) {
    AnnounceAck ack;
    ack.set_start(answer.start);
    ack.set_seq(answer.seq);
    ack.set_error(answer.error);
    ack.set_lease_ms(static_cast<std::uint32_t>(lease.count()));
    for (const auto& each : answer.refused) {
        auto& refused = *ack.add_refused();
        Instance instance;
        instance.key = each.key;
        wire::to_wire(instance, *refused.mutable_instance());
        refused.set_why(each.why);
    }
    return ack;
}

}  // namespace

Registrar::Registrar(
    asio::any_io_executor executor,
    const store::Url& url,
    std::chrono::milliseconds lease,
    const Presence& presence,
    Outlets outlets,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      database_(executor, url),
      lease_(lease),
      presence_(presence),
      outlets_(std::move(outlets)),
      log_(log),
      announcements_(
          metrics.counter("lars_dns_announcements_total", "What agents said of their instances")
      ),
      commits_(metrics.counter(
          "lars_dns_announcement_commits_total", "Transactions that stored announcements"
      )),
      stored_(metrics.counter(
          "lars_dns_instances_stored_total", "Instances that were added, changed or withdrawn"
      )),
      refused_(metrics.counter(
          "lars_dns_announcements_refused_total", "Announcements, or instances, that weren't taken"
      )),
      late_(metrics.counter(
          "lars_dns_announcements_late_total", "Announcements that a later one had overtaken"
      )),
      book_(lease),
      wake_(executor_) {
    metrics.gauge("lars_dns_owners", "Agents with instances that have a session here", [this] {
        return static_cast<double>(owners_.load());
    });
}

void Registrar::announce(
    const SessionKey& session, const AgentPeer& agent, wire::Announcement announcement
) {
    announcements_.add();
    auto answers = book_.announce(session, agent, std::move(announcement), Clock::now());
    send(std::move(answers));
    owners_ = book_.owners();
    if (told_elsewhere_) {
        AnnounceAck ack;
        ack.set_elsewhere(true);
        outlets_.answer(session, std::move(ack));
    }
    wake_.notify();
}

void Registrar::end(const SessionKey& session, Clock::time_point last_sign) {
    book_.end(session, last_sign);
    owners_ = book_.owners();
    wake_.notify();
}

void Registrar::ask_all_again() {
    for (const auto& session : book_.sessions()) {
        AnnounceAck ack;
        ack.set_again(true);
        outlets_.answer(session, std::move(ack));
    }
}

Awaitable<> Registrar::run() {
    runtime::Backoff backoff({.first = 100ms, .max = 2s});
    std::minstd_rand random(std::random_device{}());
    while (true) {
        const auto now = Clock::now();
        send(book_.refuse_waiting(now));
        if (presence_.lost(now) != told_elsewhere_) send_elsewhere();
        auto working = work();
        const auto outcome = co_await std::move(working);
        if (outcome) {
            backoff.reset();
            if (troubles_.end() > 0) log_.info("announcements are stored again");
            const auto next = next_wake(Clock::now());
            co_await wake_.wait_until(next);
            continue;
        }
        if (const auto line = troubles_.note(outcome.error().message, Clock::now())) {
            log_.error("announcements wait to be stored: {}", *line);
        }
        const auto delay = backoff.next(static_cast<std::uint32_t>(random()) << 1);
        co_await runtime::sleep_for(executor_, delay);
    }
}

// Agents that can register nothing here may do so at another dns, which is then the one to see that
// they live.
void Registrar::send_elsewhere() {
    told_elsewhere_ = presence_.lost(Clock::now());
    if (!told_elsewhere_) return;
    for (const auto& session : book_.sessions()) {
        AnnounceAck ack;
        ack.set_elsewhere(true);
        outlets_.answer(session, std::move(ack));
    }
}

Clock::time_point Registrar::next_wake(Clock::time_point now) const {
    const auto commit = book_.has_changes() ? next_commit_ : Clock::time_point::max();
    const auto look = book_.unchecked().empty() ? now + lease_ / 4 : now + kLookElsewhere;
    return std::min(commit, look);
}

Awaitable<Registrar::Outcome> Registrar::work() {
    if (book_.owners() == 0 && !book_.has_changes() && !book_.has_sessions()) co_return Outcome();
    auto outcome = co_await database_.prepare();
    if (outcome) outcome = co_await check_new();
    if (outcome) outcome = co_await write_sessions();
    if (outcome && Clock::now() >= next_commit_) outcome = co_await store_some();
    co_return outcome;
}

Awaitable<Registrar::Outcome> Registrar::check_new() {
    const auto unchecked = book_.unchecked();
    if (unchecked.empty()) co_return Outcome();
    auto looking = sessions_.elsewhere(presence_.id(), unchecked, lease_);
    const auto found = co_await std::move(looking);
    if (!found) co_return found.error();
    send(book_.note_elsewhere(unchecked, *found, Clock::now()));
    co_return Outcome();
}

Awaitable<Registrar::Outcome> Registrar::write_sessions() {
    auto changes = book_.take_sessions(Clock::now());
    if (changes.empty()) co_return Outcome();
    auto writing = sessions_.write(presence_.id(), std::move(changes));
    auto written = co_await std::move(writing);
    if (written) {
        outlets_.on_sessions();
    } else {
        book_.sessions_failed();
    }
    co_return written;
}

Awaitable<Registrar::Outcome> Registrar::store_some() {
    auto changes = book_.take_changes(kMaxInstances);
    if (changes.empty()) co_return Outcome();
    next_commit_ = Clock::now() + kBetweenCommits;
    auto storing = registrations_.store(std::move(changes));
    const auto stored = co_await std::move(storing);
    if (!stored) {
        book_.store_failed();
        co_return stored.error();
    }
    commits_.add();
    std::size_t rows = 0;
    for (const auto& each : *stored) {
        rows += each.rows;
        if (each.late) late_.add();
        refused_.add(each.refused.size());
    }
    stored_.add(rows);
    if (rows > 0) outlets_.on_stored();
    send(book_.stored(*stored));
    co_return Outcome();
}

void Registrar::send(OwnerBook::Answers answers) {
    for (const auto& each : answers) {
        if (!each.error.empty()) {
            refused_.add();
            log_.error("an agent's instances aren't taken: {}", each.error);
        }
        outlets_.answer(each.session, ack_of(each, lease_));
    }
}

}  // namespace lars::dns
