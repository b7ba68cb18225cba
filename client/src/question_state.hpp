#pragma once

#include "agent_locator.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace lars::client {

/// Where a question is sent, and when again: first to the address that answered last; to all of
/// them when that is silent for a third of the timeout; to the others at once when nobody listens
/// there; and when nobody listens anywhere, again and again, since an agent may be about to start.
/// Neither I/O nor a clock.
class QuestionState {
public:
    /// How often a question is sent within the timeout.
    static constexpr int kTries = 3;
    /// After that, where nobody listens is asked again.
    static constexpr auto kAfterRefusal = std::chrono::milliseconds(20);
    using Addresses = std::bitset<AddressList::kMax>;  ///< by index in an AddressList

    QuestionState(const AddressList& list, Clock::time_point begin, Clock::duration timeout);

    /// To which addresses to send now, said once.
    Addresses drain_due();
    bool has_due() const { return due_.any(); }
    /// From which an answer may come.
    const Addresses& asked() const { return asked_; }
    /// When to call wake().
    Clock::time_point wakes() const { return again_ ? std::min(*again_, try_ends()) : try_ends(); }

    void wake(Clock::time_point now);
    /// A socket said that nobody listens. The first time that may be about a datagram sent long
    /// ago, so it is asked again.
    void refused(std::size_t address, Clock::time_point now);
    /// Nothing can be sent there.
    void unreachable(std::size_t address, Clock::time_point now);
    /// The agent has other addresses than before.
    void readdress(const AddressList& list);

    /// No answer will come.
    bool over() const { return try_ > kTries; }

private:
    Clock::time_point try_ends() const { return begin_ + timeout_ * try_ / kTries; }

    Addresses all_;
    Addresses due_;
    Addresses asked_;
    Addresses dead_;
    std::array<std::uint8_t, AddressList::kMax> refusals_{};
    std::optional<Clock::time_point> again_;
    int try_ = 1;
    Clock::time_point begin_;
    Clock::duration timeout_;
};

}  // namespace lars::client
