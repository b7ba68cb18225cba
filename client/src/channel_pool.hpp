#pragma once

#include "channel.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>

namespace lars::client {

/// Channels that threads borrow, made when they are needed, up to a bound. Who asks a question
/// beyond it waits; nobody waits to report. Thread-safe; in the child of a fork() only close() may
/// be called, and is safe whatever other threads did.
class ChannelPool {
public:
    /// Sockets for questions, for an agent of up to 12 shards: a program that may have 1,024
    /// descriptors has most of them for itself.
    static constexpr std::size_t kMaxSockets = 192;
    /// What nobody borrowed for so long is closed when another one is given back.
    static constexpr auto kMaxIdle = std::chrono::seconds(10);

    enum class Use { question, report };
    class Lease;

    /// `spin` is the channels'.
    explicit ChannelPool(std::shared_ptr<AgentLocator> locator, std::chrono::nanoseconds spin = {});
    ~ChannelPool();
    ChannelPool(const ChannelPool&) = delete;
    ChannelPool& operator=(const ChannelPool&) = delete;

    /// Whether this was made by this process, and not by a parent.
    bool own() const;
    void close();
    /// Channels that are there, borrowed or not.
    std::size_t size() const;
    /// The most that questions may use at once.
    std::size_t max_questions() const { return kGroups * questions_; }

    ChannelPool* next_left_behind = nullptr;

private:
    // A thread looks for a free slot in a group of its own first, from the first one on: so that
    // two seldom meet at one cache line, and few threads use few channels.
    static constexpr std::size_t kGroups = 16;
    static constexpr std::size_t kQuestions = 4;  ///< slots of a group that questions may use
    static constexpr std::size_t kSlots = kQuestions + 1;

    struct alignas(64) Slot {
        std::atomic<bool> taken{false};
        std::atomic<Channel*> channel{nullptr};  ///< of whoever has taken the slot
        Clock::time_point last_used{};
    };

    Slot* take(Use use);
    Slot* wait_to_ask(Clock::time_point deadline);
    Slot* wait_to_report(Clock::time_point deadline);
    void give_back(Slot& slot, Clock::time_point now);
    void release(Slot& slot);
    void trim(Clock::time_point now);

    std::shared_ptr<AgentLocator> locator_;
    std::chrono::nanoseconds spin_;
    unsigned fork_count_;
    std::size_t questions_;  // of each group, with regard to kMaxSockets
    std::array<Slot, kGroups * kSlots> slots_;
    std::atomic<Clock::time_point> next_trim_{};

    std::mutex mutex_;
    std::condition_variable given_back_;
    std::atomic<std::size_t> waiting_{0};
};

/// A channel as long as it is borrowed.
class ChannelPool::Lease {
public:
    /// Without a channel, if none comes free until the deadline.
    Lease(ChannelPool& pool, Use use, Clock::time_point now, Clock::time_point deadline);
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    explicit operator bool() const { return slot_ != nullptr; }
    Channel& operator*();
    Channel* operator->() { return &**this; }
    /// When it was borrowed.
    Clock::time_point since() const { return since_; }
    /// It isn't worth being kept: what it was used for failed.
    void discard() { keep_ = false; }

private:
    ChannelPool& pool_;
    Clock::time_point since_;
    Slot* slot_;
    bool keep_ = true;
};

}  // namespace lars::client
