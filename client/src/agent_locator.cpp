#include "agent_locator.hpp"

#include "fork_count.hpp"

#include <algorithm>
#include <future>
#include <stdexcept>
#include <utility>

namespace lars::client {
namespace {

[[noreturn]] void refuse(const AgentAddress& agent, const std::string& why) {
    throw std::invalid_argument(
        "agent address '" + agent.text + "': no address of " + agent.host + ": " + why
    );
}

struct FirstAnswer {
    std::promise<HostAddresses> answer;
    std::atomic<bool> wanted{true};
};

std::vector<HostAddress> first_of(const std::vector<HostAddress>& addresses) {
    const auto size = std::min(addresses.size(), AddressList::kMax);
    return {addresses.begin(), addresses.begin() + static_cast<std::ptrdiff_t>(size)};
}

// Name servers deal the same addresses in another order each time.
bool same(const std::vector<HostAddress>& a, const std::vector<HostAddress>& b) {
    return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

std::shared_ptr<AgentLocator> AgentLocator::find(
    AgentAddress agent, std::chrono::milliseconds timeout, LookUp look_up
) {
    // Whoever looks up may do so long after this has ended.
    const auto first = std::make_shared<FirstAnswer>();
    look_up(agent.host, [first](const HostAddresses& addresses) {
        first->answer.set_value(addresses);
        return first->wanted.load();
    });
    auto future = first->answer.get_future();
    if (future.wait_for(timeout) != std::future_status::ready) {
        first->wanted = false;
        refuse(agent, "no name server answers within " + std::to_string(timeout.count()) + " ms");
    }
    const auto addresses = future.get();
    if (addresses.error) refuse(agent, addresses.error.message());
    return std::shared_ptr<AgentLocator>(
        new AgentLocator(std::move(agent), std::move(look_up), addresses.found)
    );
}

AgentLocator::AgentLocator(
    AgentAddress agent, LookUp look_up, const std::vector<HostAddress>& addresses
)
    : agent_(std::move(agent)),
      look_up_(std::move(look_up)),
      next_look_up_(Clock::now() + kMinInterval) {
    use(addresses);
}

AgentLocator::~AgentLocator() {
    for (const auto* list = newest_.load(); list != nullptr;) {
        delete std::exchange(list, list->older);
    }
}

void AgentLocator::system_look_up(const std::string& host, const HostLookup::Done& done) {
    HostLookup::of_process().look_up(host, done);
}

void AgentLocator::unanswered(Clock::time_point now) {
    auto due = next_look_up_.load(std::memory_order_relaxed);
    if (now < due || !next_look_up_.compare_exchange_strong(due, now + kMinInterval)) return;
    const auto mine = fork_count() + 1;
    if (looking_.exchange(mine) == mine) return;
    // Ends with the question, whatever becomes of it.
    const std::shared_ptr<AgentLocator> looking(this, [self = shared_from_this()](AgentLocator*) {
        self->looking_ = 0;
    });
    look_up_(agent_.host, [looking](const HostAddresses& answer) {
        if (!answer.error) looking->use(answer.found);
        return true;
    });
}

// By one thread at a time: the one that looks up.
void AgentLocator::use(const std::vector<HostAddress>& addresses) {
    auto wanted = first_of(addresses);
    const auto* const newest = newest_.load();
    for (const auto* list = newest; list != nullptr; list = list->older) {
        if (!same(list->addresses, wanted)) continue;
        current_.store(list, std::memory_order_release);
        return;
    }
    auto* const list = new AddressList;
    list->addresses = std::move(wanted);
    list->older = newest;
    newest_.store(list);
    current_.store(list, std::memory_order_release);
}

}  // namespace lars::client
