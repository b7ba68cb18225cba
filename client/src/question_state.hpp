#pragma once

#include "agent_locator.hpp"

#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace lars::client {

/// Where a question is sent, and when again: first to the address that answered last; to all of
/// them when that is silent for a third of the timeout; to the others at once when nobody listens
/// there. Neither I/O nor a clock.
class QuestionState {
public:
    /// How often a question is sent within the timeout.
    static constexpr int kTries = 3;
    using Addresses = std::bitset<AddressList::kMax>;  ///< by index in an AddressList

    QuestionState(const AddressList& list, Clock::time_point begin, Clock::duration timeout);

    /// To which addresses to send now, said once.
    Addresses drain_due();
    /// From which an answer may come.
    const Addresses& asked() const { return asked_; }
    /// When to call timed_out().
    Clock::time_point try_ends() const { return begin_ + timeout_ * try_ / kTries; }

    void timed_out();
    /// A socket said that nobody listens. The first time that may be about a datagram sent long
    /// ago, so it is asked again.
    void refused(std::size_t address);
    /// Nothing can be sent there.
    void unreachable(std::size_t address);
    /// The agent has other addresses than before.
    void readdress(const AddressList& list);

    /// No answer will come.
    bool over() const { return try_ > kTries || dead_ == all_; }

private:
    Addresses all_;
    Addresses due_;
    Addresses asked_;
    Addresses dead_;
    std::array<std::uint8_t, AddressList::kMax> refusals_{};
    int try_ = 1;
    Clock::time_point begin_;
    Clock::duration timeout_;
};

}  // namespace lars::client
