#pragma once

#include "channel_pool.hpp"
#include "codec.hpp"
#include "name_hints.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

namespace lars::client {

/// The client's requests, over channels that threads borrow. Thread-safe, also in the children of
/// a fork().
class Requests {
public:
    /// `wait`: how long an answer may wait for a module that the agent has to learn first. `spin`:
    /// the longest that a thread looks for an answer before it sleeps; 0: it doesn't.
    Requests(
        std::shared_ptr<AgentLocator> locator,
        std::chrono::milliseconds timeout,
        std::chrono::milliseconds wait,
        std::chrono::nanoseconds spin = {}
    );
    ~Requests();
    Requests(const Requests&) = delete;
    Requests& operator=(const Requests&) = delete;

    // Each answers a lars_code. The first three are the wire's, and so is SYSTEM_ERROR's number.
    int get_host(const HostQuestion& question, HostAnswer& answer);
    /// All endpoints, in as many answers as they take. TRUNCATED when the agent can't be asked for
    /// those that one answer doesn't hold.
    int get_route(const RouteQuestion& question, RouteAnswer& route);
    /// The same with the endpoints' states. `known` is what the last call of it wrote, or new; it
    /// is written when SUCC, NOEXIST or TRUNCATED is answered.
    int watch_route(std::string_view name, ModuleId module, RouteAnswer& known);
    int report(const CallReport& report);
    int reg_init(ModuleId module);

private:
    friend class PendingHost;

    std::uint32_t shard_of(ModuleId module) const;
    /// The module, or what the name was for last: it says which shard to ask, and decides nothing.
    ModuleId hint(std::string_view name, ModuleId module) const {
        if (name.empty() || module != ModuleId()) return module;
        return hints_.find(name, module);
    }
    int ask_route(RouteQuestion question, RouteAnswer& whole);
    ChannelPool& pool();
    ChannelPool& renew(ChannelPool* of_parent);

    std::shared_ptr<AgentLocator> locator_;
    std::chrono::milliseconds timeout_;
    std::uint32_t wait_ms_;
    std::chrono::nanoseconds spin_;
    std::atomic<ChannelPool*> pool_;
    NameHints hints_;
};

/// A question for a host that nobody waits for: in an event loop. Of one thread at a time; the
/// requests live longer, and so does what the question refers to.
class PendingHost {
public:
    PendingHost(Requests& requests, const HostQuestion& question);

    /// Does what can be done now. A lars_code with the answer, or nothing yet: then to be called
    /// when one of the sockets is readable, and when it wakes.
    std::optional<int> advance(HostAnswer& answer);
    Clock::time_point wakes() const;
    Channel::Waits waits();

private:
    bool borrow(Clock::time_point now);

    Requests& requests_;
    HostQuestion question_;
    Clock::time_point begun_;
    Clock::time_point deadline_;
    std::optional<ChannelPool::Lease> channel_;
    std::optional<Question> sent_;  // over the channel
};

}  // namespace lars::client
