#pragma once

#include "agent_locator.hpp"
#include "base/spin_budget.hpp"
#include "function_ref.hpp"
#include "question_state.hpp"

#include <poll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lars::client {

/// A question's numbers: one for each time that it is sent, so that all of them follow one another.
struct Sequence {
    std::uint32_t first = 0;
    std::uint32_t last = 0;

    /// Numbers begin anew after the largest.
    bool holds(std::uint32_t number) const { return number - first <= last - first; }
};

/// Puts the question, with this number, into `out`.
using Encode = FunctionRef<void(std::string& out, std::uint32_t seq)>;
/// Whether a datagram is the answer to a question with these numbers.
using Accept = FunctionRef<bool(std::string_view datagram, const Sequence& asked)>;

/// A question that a channel has sent, or is about to.
struct Question {
    std::uint32_t shard;
    QuestionState state;
    Sequence asked;
};

/// Connected UDP sockets to the shards of an agent, for one question at a time. A connected socket
/// learns at once when nobody listens.
class Channel {
public:
    enum class Progress { waiting, answered, over };
    struct Waits {
        std::array<pollfd, AddressList::kMax> sockets;
        nfds_t count = 0;
    };

    /// `spin`: the longest that it looks for an answer before it sleeps; 0: it doesn't.
    explicit Channel(std::shared_ptr<AgentLocator> locator, std::chrono::nanoseconds spin = {});
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    /// What the caller encodes for send().
    std::string& out() { return out_; }

    /// Sends once, and waits for nothing. Before any address has answered, to the first one that
    /// doesn't refuse at once.
    bool send(std::uint32_t shard);
    /// Sends, again if need be and to each address of the agent, until `accept` says that a
    /// datagram is the answer, or the deadline.
    bool exchange(
        std::uint32_t shard,
        Clock::time_point begin,
        Clock::time_point deadline,
        Encode encode,
        Accept accept
    );

    /// The same in steps that wait for nothing: sends what is due, and takes what has come. While
    /// it is waiting, it is to be called when one of the sockets is readable, and when the
    /// question's state wakes.
    Question begin(std::uint32_t shard, Clock::time_point begin, Clock::time_point deadline);
    Progress advance(Question& question, Encode encode, Accept accept);
    Waits waits_of(const Question& question);

    /// Answers to earlier questions don't come any more.
    void renew(std::uint32_t shard);
    /// Also for the child of a fork(), whose parent's threads were anywhere in here.
    void close();

private:
    struct Event {
        enum Kind { answered, refused, nothing } kind;
        std::size_t address = 0;
    };

    int& socket_at(std::size_t address, std::uint32_t shard);
    bool open(std::size_t address, std::uint32_t shard);
    bool send_to(std::size_t address, std::uint32_t shard);
    bool refuses(std::size_t address, std::uint32_t shard);
    void send_due(Question& question, Encode encode);
    Event receive(const Question& question, Accept accept);
    void wait(const Question& question);
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
    std::uint32_t seq_;  // of what was sent last
    SpinBudget spin_;
    Clock::time_point delay_noted_{};
    std::chrono::nanoseconds delay_{};  // of the thread that waited then
};

}  // namespace lars::client
