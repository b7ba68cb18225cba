#include "requests.hpp"

#include "lars/client.h"

#include <algorithm>
#include <iterator>
#include <thread>
#include <utility>

namespace lars::client {
namespace {

constexpr int kRegInitTries = 3;
constexpr auto kRegInitPause = std::chrono::milliseconds(50);

// Its memory is as the parent's other threads left it, in the midst of anything: it is put where
// nobody uses it, and only its sockets are closed.
void leave_behind(ChannelPool* of_parent) {
    static std::atomic<ChannelPool*> all{nullptr};
    of_parent->close();
    of_parent->next_left_behind = all.load();
    while (!all.compare_exchange_weak(of_parent->next_left_behind, of_parent)) {
    }
}

// Puts a part of a route where it belongs. True when no other is to be asked for.
bool add_part(RouteAnswer part, RouteAnswer& whole) {
    auto& endpoints = part.route.endpoints;
    auto& all = whole.route.endpoints;
    if (all.empty() || part.etag != whole.etag) {
        whole = std::move(part);  // the first part, perhaps because the route is another one by now
        return !whole.truncated || whole.etag == 0;
    }
    whole.truncated = part.truncated;
    std::move(endpoints.begin(), endpoints.end(), std::back_inserter(all));
    return !whole.truncated || endpoints.empty();
}

}  // namespace

// An answer that waited longer than one try would only be asked for again.
Requests::Requests(
    std::shared_ptr<AgentLocator> locator,
    std::chrono::milliseconds timeout,
    std::chrono::milliseconds wait
)
    : locator_(std::move(locator)),
      timeout_(timeout),
      wait_ms_(static_cast<std::uint32_t>(std::min(wait, timeout / QuestionState::kTries).count())),
      pool_(new ChannelPool(locator_)) {}

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
    auto fresh = std::make_unique<ChannelPool>(locator_);
    auto* current = of_parent;
    if (!pool_.compare_exchange_strong(current, fresh.get())) return *current;
    leave_behind(of_parent);
    return *fresh.release();
}

int Requests::get_host(ModuleId module, Endpoint& endpoint) {
    if (!module.valid()) return LARS_NOEXIST;
    const auto now = Clock::now();
    const auto deadline = now + timeout_;
    ChannelPool::Lease channel(pool(), ChannelPool::Use::question, now, deadline);
    if (!channel) return LARS_SYSTEM_ERROR;
    const auto seq = channel->next_seq();
    encode_get_host(channel->out(), module, seq, wait_ms_);
    int code = LARS_SYSTEM_ERROR;
    const auto accept = [&](std::string_view datagram) {
        const auto answer = decode_host_answer(datagram);
        if (!answer || answer->seq != seq || answer->module != module) return false;
        code = answer->retcode;
        endpoint = answer->endpoint;
        return true;
    };
    if (!channel->exchange(shard_of(module), channel.since(), deadline, accept)) channel.discard();
    return code;
}

int Requests::get_route(ModuleId module, Route& route) {
    if (!module.valid()) return LARS_NOEXIST;
    const auto now = Clock::now();
    const auto deadline = now + timeout_;
    ChannelPool::Lease channel(pool(), ChannelPool::Use::question, now, deadline);
    if (!channel) return LARS_SYSTEM_ERROR;
    RouteAnswer whole;
    bool complete = false;
    const auto accept = [&](std::string_view datagram) {
        auto answer = decode_route_answer(datagram);
        if (!answer || answer->route.module != module) return false;
        complete = add_part(std::move(*answer), whole);
        return true;
    };
    const auto shard = shard_of(module);
    auto begin = channel.since();
    while (true) {
        const auto rows = static_cast<std::uint32_t>(whole.route.endpoints.size());
        encode_get_route(channel->out(), module, whole.etag, rows);
        if (!channel->exchange(shard, begin, deadline, accept)) {
            channel.discard();
            return LARS_SYSTEM_ERROR;
        }
        if (complete) break;
        // This answer has no sequence number. One to an earlier question for all is as good; one
        // for another part isn't.
        channel->renew(shard);
        begin = Clock::now();
    }
    if (whole.etag != 0) channel->renew(shard);
    route = std::move(whole.route);
    if (whole.truncated) return LARS_TRUNCATED;
    return route.endpoints.empty() ? LARS_NOEXIST : LARS_SUCC;
}

int Requests::report(
    ModuleId module,
    const Endpoint& endpoint,
    std::int32_t retcode,
    std::optional<std::uint32_t> latency_us
) {
    if (!module.valid()) return LARS_NOEXIST;
    const auto now = Clock::now();
    ChannelPool::Lease channel(pool(), ChannelPool::Use::report, now, now + timeout_);
    if (!channel) return LARS_SYSTEM_ERROR;
    encode_report(channel->out(), module, endpoint, retcode, latency_us);
    if (channel->send(shard_of(module))) return LARS_SUCC;
    channel.discard();
    return LARS_SYSTEM_ERROR;
}

int Requests::reg_init(ModuleId module) {
    Route route;
    for (int attempt = 1;; ++attempt) {
        const auto code = get_route(module, route);
        if (code == LARS_TRUNCATED) return LARS_SUCC;
        if (code != LARS_NOEXIST || attempt == kRegInitTries || !module.valid()) return code;
        std::this_thread::sleep_for(kRegInitPause);
    }
}

}  // namespace lars::client
