#include "requests.hpp"

#include "base/cpu_limits.hpp"
#include "lars/client.h"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

namespace lars::client {
namespace {

constexpr int kRegInitTries = 3;
constexpr auto kRegInitPause = std::chrono::milliseconds(50);
constexpr Clock::duration kMinQueued = std::chrono::milliseconds(1);
constexpr Clock::duration kMaxQueued = std::chrono::milliseconds(20);

// Its memory is as the parent's other threads left it, in the midst of anything: it is put where
// nobody uses it, and only its sockets are closed.
void leave_behind(ChannelPool* of_parent) {
    static std::atomic<ChannelPool*> all{nullptr};
    of_parent->close();
    of_parent->next_left_behind = all.load();
    while (!all.compare_exchange_weak(of_parent->next_left_behind, of_parent)) {
    }
}

// A question for a host, and its answer, over whatever channel.
struct HostEncode {
    const HostQuestion& question;
    std::uint32_t wait_ms;

    void operator()(std::string& out, std::uint32_t seq) const {
        encode_get_host(out, question, seq, wait_ms);
    }
};

struct HostAccept {
    const HostQuestion& question;
    HostAnswer& answer;

    bool operator()(std::string_view datagram, const Sequence& numbers) const {
        const auto said = decode_host_answer(datagram);
        if (!said || !numbers.holds(said->seq)) return false;
        if (question.name.empty() && said->module != question.module) return false;
        answer = *said;
        return true;
    }
};

// Puts a part of a route where it belongs. True when no other is to be asked for.
bool add_part(RouteAnswer part, RouteAnswer& whole) {
    auto& endpoints = part.route.endpoints;
    auto& all = whole.route.endpoints;
    if (part.unchanged) return true;
    if (all.empty() || part.etag != whole.etag || !whole.truncated) {
        whole = std::move(part);  // the first part, perhaps because the route is another one by now
        return !whole.truncated || whole.etag == 0;
    }
    whole.truncated = part.truncated;
    std::move(endpoints.begin(), endpoints.end(), std::back_inserter(all));
    whole.states.insert(whole.states.end(), part.states.begin(), part.states.end());
    return !whole.truncated || endpoints.empty();
}

}  // namespace

// An answer that waited longer than one try would only be asked for again.
Requests::Requests(
    std::shared_ptr<AgentLocator> locator,
    std::chrono::milliseconds timeout,
    std::chrono::milliseconds wait,
    std::chrono::nanoseconds spin
)
    : locator_(std::move(locator)),
      timeout_(timeout),
      wait_ms_(static_cast<std::uint32_t>(std::min(wait, timeout / QuestionState::kTries).count())),
      spin_(read_cpu_limits().may_spin() ? spin : std::chrono::nanoseconds(0)),
      pool_(new ChannelPool(locator_, spin_)) {}

Requests::~Requests() {
    auto* const last = pool_.load();
    if (last->own()) {
        delete last;
    } else {
        leave_behind(last);
    }
}

std::uint32_t Requests::shard_of(ModuleId module) const {
    return static_cast<std::uint32_t>(lars::shard_of(module, locator_->agent().shards));
}

ChannelPool& Requests::pool() {
    auto* const pool = pool_.load(std::memory_order_acquire);
    return pool->own() ? *pool : renew(pool);
}

ChannelPool& Requests::renew(ChannelPool* of_parent) {
    auto fresh = std::make_unique<ChannelPool>(locator_, spin_);
    auto* current = of_parent;
    if (!pool_.compare_exchange_strong(current, fresh.get())) return *current;
    leave_behind(of_parent);
    return *fresh.release();
}

int Requests::get_host(const HostQuestion& asked, HostAnswer& answer) {
    auto question = asked;
    question.module = hint(asked.name, asked.module);
    if (!question.module.valid()) return LARS_NOEXIST;
    const auto now = Clock::now();
    const auto deadline = now + timeout_;
    ChannelPool::Lease channel(pool(), ChannelPool::Use::question, now, deadline);
    if (!channel) return LARS_SYSTEM_ERROR;
    const HostEncode encode{question, wait_ms_};
    const HostAccept accept{question, answer};
    const auto shard = shard_of(question.module);
    if (channel->exchange(shard, channel.since(), deadline, encode, accept)) {
        if (answer.retcode == LARS_SUCC) hints_.note(question.name, answer.module);
        return answer.retcode;
    }
    channel.discard();
    return LARS_SYSTEM_ERROR;
}

PendingHost::PendingHost(Requests& requests, const HostQuestion& question)
    : requests_(requests),
      question_(question),
      begun_(Clock::now()),
      deadline_(begun_ + requests.timeout_) {
    question_.module = requests.hint(question.name, question.module);
}

std::optional<int> PendingHost::advance(HostAnswer& answer) {
    if (!question_.module.valid()) return LARS_NOEXIST;
    const auto now = Clock::now();
    if (!channel_ && !borrow(now)) {
        if (now < deadline_) return {};
        return LARS_SYSTEM_ERROR;
    }
    auto& channel = *channel_;
    const HostEncode encode{question_, requests_.wait_ms_};
    const HostAccept accept{question_, answer};
    switch (channel->advance(*sent_, encode, accept)) {
        case Channel::Progress::waiting:
            return {};
        case Channel::Progress::answered:
            if (answer.retcode == LARS_SUCC) {
                requests_.hints_.note(question_.name, answer.module);
            }
            channel_.reset();
            return answer.retcode;
        case Channel::Progress::over:
            break;
    }
    channel.discard();
    channel_.reset();
    return LARS_SYSTEM_ERROR;
}

bool PendingHost::borrow(Clock::time_point now) {
    channel_.emplace(requests_.pool(), ChannelPool::Use::question, now, now);
    if (!*channel_) {
        channel_.reset();
        return false;
    }
    sent_ = (*channel_)->begin(requests_.shard_of(question_.module), now, deadline_);
    return true;
}

// Where all channels are used, nobody says when one comes free: it looks again after as long as it
// has waited already, within bounds.
Clock::time_point PendingHost::wakes() const {
    if (channel_) return sent_->state.wakes();
    const auto now = Clock::now();
    const auto pause = std::clamp<Clock::duration>(now - begun_, kMinQueued, kMaxQueued);
    return std::min(now + pause, deadline_);
}

Channel::Waits PendingHost::waits() {
    return channel_ ? (*channel_)->waits_of(*sent_) : Channel::Waits();
}

int Requests::get_route(const RouteQuestion& question, RouteAnswer& route) {
    route = {};
    const auto code = ask_route(question, route);
    if (code == LARS_SYSTEM_ERROR) route = {};
    return code;
}

int Requests::watch_route(std::string_view name, ModuleId module, RouteAnswer& known) {
    RouteQuestion question{.name = name, .module = module, .states = known.states_hash};
    auto whole = known;
    const auto code = ask_route(question, whole);
    if (code != LARS_SYSTEM_ERROR) known = std::move(whole);
    return code;
}

// `whole` may have been there before.
int Requests::ask_route(RouteQuestion question, RouteAnswer& whole) {
    question.module = hint(question.name, question.module);
    const auto module = question.module;
    if (!module.valid()) return LARS_NOEXIST;
    const auto now = Clock::now();
    const auto deadline = now + timeout_;
    ChannelPool::Lease channel(pool(), ChannelPool::Use::question, now, deadline);
    if (!channel) return LARS_SYSTEM_ERROR;
    bool complete = false;
    // Neither this question nor its answer has a number.
    const auto encode = [&](std::string& out, std::uint32_t) { encode_get_route(out, question); };
    const auto accept = [&](std::string_view datagram, const Sequence&) {
        auto answer = decode_route_answer(datagram);
        if (!answer || (answer->unchanged && !question.states)) return false;
        if (question.name.empty() && answer->route.module != module) return false;
        complete = add_part(std::move(*answer), whole);
        return true;
    };
    const auto shard = shard_of(module);
    auto begin = channel.since();
    while (true) {
        question.rows = static_cast<std::uint32_t>(whole.route.endpoints.size());
        question.etag = whole.etag;
        if (!channel->exchange(shard, begin, deadline, encode, accept)) {
            channel.discard();
            return LARS_SYSTEM_ERROR;
        }
        if (complete) break;
        // An answer to an earlier question for all is as good; one for another part isn't.
        channel->renew(shard);
        begin = Clock::now();
    }
    if (whole.etag != 0 || question.states) channel->renew(shard);
    if (whole.truncated) return LARS_TRUNCATED;
    return whole.route.endpoints.empty() ? LARS_NOEXIST : LARS_SUCC;
}

int Requests::report(const CallReport& of_caller) {
    auto report = of_caller;
    report.module = hint(report.name, report.module);
    if (!report.module.valid()) return LARS_NOEXIST;
    const auto now = Clock::now();
    ChannelPool::Lease channel(pool(), ChannelPool::Use::report, now, now + timeout_);
    if (!channel) return LARS_SYSTEM_ERROR;
    encode_report(channel->out(), report);
    if (channel->send(shard_of(report.module))) return LARS_SUCC;
    channel.discard();
    return LARS_SYSTEM_ERROR;
}

int Requests::reg_init(ModuleId module) {
    RouteAnswer route;
    for (int attempt = 1;; ++attempt) {
        const auto code = get_route({.module = module}, route);
        if (code == LARS_TRUNCATED) return LARS_SUCC;
        if (code != LARS_NOEXIST || attempt == kRegInitTries || !module.valid()) return code;
        std::this_thread::sleep_for(kRegInitPause);
    }
}

}  // namespace lars::client
