#include "requests.hpp"

#include "lars/client.h"

#include <algorithm>
#include <functional>
#include <thread>

namespace lars::client {
namespace {

constexpr int kRegInitTries = 3;
constexpr auto kRegInitPause = std::chrono::milliseconds(50);

bool valid(Module module) {
    return module.modid >= 0 && module.cmdid >= 0;
}

bool same(Module a, Module b) {
    return a.modid == b.modid && a.cmdid == b.cmdid;
}

}  // namespace

class Requests::Borrowed {
public:
    explicit Borrowed(Requests& owner)
        : stripe_(owner.stripes_[stripe_index() % owner.stripes_.size()]) {
        {
            const std::lock_guard lock(stripe_.mutex);
            while (!channel_ && !stripe_.free.empty()) {
                channel_ = std::move(stripe_.free.back());
                stripe_.free.pop_back();
                if (channel_->forked()) channel_.reset();
            }
        }
        if (!channel_) channel_ = std::make_unique<Channel>(owner.agent_, owner.timeout_);
    }
    ~Borrowed() {
        const std::lock_guard lock(stripe_.mutex);
        stripe_.free.push_back(std::move(channel_));
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;

    Channel* operator->() { return channel_.get(); }

private:
    static std::size_t stripe_index() {
        return std::hash<std::thread::id>()(std::this_thread::get_id());
    }

    Stripe& stripe_;
    std::unique_ptr<Channel> channel_;
};

// An answer that waited longer than one try would only be asked for again.
Requests::Requests(
    const AgentAddress& agent, std::chrono::milliseconds timeout, std::chrono::milliseconds wait
)
    : agent_(agent),
      timeout_(timeout),
      wait_ms_(static_cast<std::uint32_t>(std::min(wait, timeout / Channel::kTries).count())) {}

std::uint32_t Requests::shard_of(Module module) const {
    const auto sum = std::int64_t{module.modid} + module.cmdid;
    return static_cast<std::uint32_t>(sum % agent_.shards);
}

int Requests::get_host(Module module, Endpoint& endpoint) {
    if (!valid(module)) return LARS_NOEXIST;
    Borrowed channel(*this);
    const auto seq = channel->next_seq();
    encode_get_host(channel->out(), module, seq, wait_ms_);
    int code = LARS_SYSTEM_ERROR;
    const auto accept = [&](std::string_view datagram) {
        const auto answer = decode_host_answer(datagram);
        if (!answer || answer->seq != seq || !same(answer->module, module)) return false;
        code = answer->retcode;
        endpoint = answer->endpoint;
        return true;
    };
    channel->exchange(shard_of(module), accept);
    return code;
}

int Requests::get_route(Module module, std::vector<Endpoint>& endpoints) {
    if (!valid(module)) return LARS_NOEXIST;
    Borrowed channel(*this);
    encode_get_route(channel->out(), module);
    int code = LARS_SYSTEM_ERROR;
    // This answer has no sequence number: one to an earlier question is as good.
    const auto accept = [&](std::string_view datagram) {
        auto answer = decode_route_answer(datagram);
        if (!answer || !same(answer->module, module)) return false;
        endpoints = std::move(answer->endpoints);
        code = endpoints.empty() ? LARS_NOEXIST : LARS_SUCC;
        return true;
    };
    channel->exchange(shard_of(module), accept);
    return code;
}

int Requests::report(
    Module module,
    const Endpoint& endpoint,
    std::int32_t retcode,
    std::optional<std::uint32_t> latency_us
) {
    if (!valid(module)) return LARS_NOEXIST;
    Borrowed channel(*this);
    encode_report(channel->out(), module, endpoint, retcode, latency_us);
    return channel->send(shard_of(module)) ? LARS_SUCC : LARS_SYSTEM_ERROR;
}

int Requests::reg_init(Module module) {
    std::vector<Endpoint> endpoints;
    for (int attempt = 1;; ++attempt) {
        const auto code = get_route(module, endpoints);
        if (code != LARS_NOEXIST || attempt == kRegInitTries || !valid(module)) return code;
        std::this_thread::sleep_for(kRegInitPause);
    }
}

}  // namespace lars::client
