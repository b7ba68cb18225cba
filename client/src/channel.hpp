#pragma once

#include "agent_locator.hpp"
#include "base/spin_budget.hpp"
#include "question_state.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lars::client {

/// Whether a datagram is the answer: refers to the caller's function object, and allocates nothing.
class Accept {
public:
    template <class Function>
    Accept(const Function& function)
        : object_(&function), call_([](const void* object, std::string_view datagram) -> bool {
              return (*static_cast<const Function*>(object))(datagram);
          }) {}
    bool operator()(std::string_view datagram) const { return call_(object_, datagram); }

private:
    const void* object_;
    bool (*call_)(const void*, std::string_view);
};

/// Connected UDP sockets to the shards of an agent, for one thread at a time. A connected socket
/// learns at once when nobody listens.
class Channel {
public:
    /// `spin`: the longest that it looks for an answer before it sleeps; 0: it doesn't.
    explicit Channel(std::shared_ptr<AgentLocator> locator, std::chrono::nanoseconds spin = {});
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// What the caller encodes before it is sent.
    std::string& out() { return out_; }
    std::uint32_t next_seq() { return ++seq_; }

    /// Sends once, and waits for nothing. Before any address has answered, to the first one that
    /// doesn't refuse at once.
    bool send(std::uint32_t shard);
    /// Sends, again if need be and to each address of the agent, until `accept` says that a
    /// datagram is the answer, or the deadline.
    bool exchange(
        std::uint32_t shard, Clock::time_point begin, Clock::time_point deadline, Accept accept
    );

    /// Answers to earlier questions don't come any more.
    void renew(std::uint32_t shard);
    /// Also for the child of a fork(), whose parent's threads were anywhere in here.
    void close();

private:
    struct Event {
        enum Kind { answered, refused, timed_out } kind;
        std::size_t address = 0;
    };

    int& socket_at(std::size_t address, std::uint32_t shard);
    bool open(std::size_t address, std::uint32_t shard);
    bool send_to(std::size_t address, std::uint32_t shard);
    bool refuses(std::size_t address, std::uint32_t shard);
    Event await(const QuestionState& question, std::uint32_t shard, Accept accept);
    void prefer(std::size_t address);
    bool follow_locator();
    /// Whether to look for an answer once more before sleeping.
    bool may_look(Clock::time_point now);

    std::shared_ptr<AgentLocator> locator_;
    const AddressList* list_;
    // By address and shard, of room for all that there may be; -1: not opened yet.
    std::vector<int> sockets_;
    std::string out_;
    std::unique_ptr<char[]> in_;
    std::uint32_t seq_;
    SpinBudget spin_;
    Clock::time_point delay_noted_{};
    std::chrono::nanoseconds delay_{};  // of the thread that waited then
};

}  // namespace lars::client
