#pragma once

#include "agent_address.hpp"
#include "base/host_lookup.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lars::client {

using Clock = std::chrono::steady_clock;

/// The addresses that the agent's name had at one time; what changes is only which of them answers.
struct AddressList {
    /// A name with more is used with the first ones.
    static constexpr std::size_t kMax = 8;

    std::vector<HostAddress> addresses;             ///< 1 to kMax
    mutable std::atomic<std::size_t> preferred{0};  ///< index of the one that answered last
    mutable std::atomic<bool> answered{false};      ///< whether any has
    const AddressList* older = nullptr;
};

/// Finds the agent: its addresses, looked up again when nobody answers at those that are known.
/// Thread-safe, without a lock that another thread could hold during a fork().
class AgentLocator : public std::enable_shared_from_this<AgentLocator> {
public:
    using LookUp = std::function<void(const std::string& host, const HostLookup::Done&)>;

    /// Between two look-ups of one name.
    static constexpr auto kMinInterval = std::chrono::seconds(1);

    /// Waits for the first look-up, at most for the timeout. Throws std::invalid_argument when the
    /// name isn't known by then. The other look-up is for tests.
    static std::shared_ptr<AgentLocator> find(
        AgentAddress agent, std::chrono::milliseconds timeout, LookUp look_up = system_look_up
    );
    ~AgentLocator();
    AgentLocator(const AgentLocator&) = delete;
    AgentLocator& operator=(const AgentLocator&) = delete;

    const AgentAddress& agent() const { return agent_; }
    /// Valid as long as this object.
    const AddressList& current() const { return *current_.load(std::memory_order_acquire); }

    /// Nobody answers at the current addresses: the name is looked up again, in the background,
    /// unless it was a moment ago.
    void unanswered(Clock::time_point now);

private:
    AgentLocator(AgentAddress agent, LookUp look_up, const std::vector<HostAddress>& addresses);
    static void system_look_up(const std::string& host, const HostLookup::Done& done);
    void use(const std::vector<HostAddress>& addresses);

    const AgentAddress agent_;
    const LookUp look_up_;
    // Lists are kept to the end, since calls may be reading them: a few bytes for each set of
    // addresses that the name ever had.
    std::atomic<const AddressList*> newest_{nullptr};
    std::atomic<const AddressList*> current_{nullptr};
    std::atomic<Clock::time_point> next_look_up_;
    // 1 + the fork count at which a look-up began that hasn't ended: a parent's never ends here.
    std::atomic<unsigned> looking_{0};
};

}  // namespace lars::client
