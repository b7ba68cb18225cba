#include "channel_pool.hpp"

#include "fork_count.hpp"

#include <algorithm>
#include <functional>
#include <thread>
#include <utility>

namespace lars::client {
namespace {

constexpr auto kTrimInterval = std::chrono::seconds(1);

std::size_t hash_of_thread() {
    return std::hash<std::thread::id>()(std::this_thread::get_id());
}

}  // namespace

ChannelPool::ChannelPool(std::shared_ptr<AgentLocator> locator, std::chrono::nanoseconds spin)
    : locator_(std::move(locator)),
      spin_(spin),
      fork_count_(fork_count()),
      questions_(
          std::clamp<std::size_t>(kMaxSockets / locator_->agent().shards / kGroups, 1, kQuestions)
      ) {}

ChannelPool::~ChannelPool() {
    for (auto& slot : slots_) delete slot.channel.load();
}

bool ChannelPool::own() const {
    return fork_count_ == fork_count();
}

// A channel is in its slot from its last line to before its end, so whatever is found is whole.
void ChannelPool::close() {
    for (auto& slot : slots_) {
        if (auto* const channel = slot.channel.load()) channel->close();
    }
}

std::size_t ChannelPool::size() const {
    return static_cast<std::size_t>(std::count_if(slots_.begin(), slots_.end(), [](const auto& s) {
        return s.channel.load() != nullptr;
    }));
}

ChannelPool::Slot* ChannelPool::take(Use use) {
    const auto take_from = [this, first = hash_of_thread()](std::size_t begin, std::size_t end) {
        for (std::size_t i = 0; i < kGroups; ++i) {
            auto* const group = &slots_[(first + i) % kGroups * kSlots];
            for (auto* slot = group + begin; slot != group + end; ++slot) {
                if (slot->taken.load(std::memory_order_relaxed)) continue;
                if (!slot->taken.exchange(true)) return slot;
            }
        }
        return static_cast<Slot*>(nullptr);
    };
    auto* slot = take_from(0, questions_);
    if (!slot && use == Use::report) slot = take_from(kQuestions, kSlots);
    return slot;
}

// Looks once more after it is counted: who releases a slot before doesn't see it waiting, and who
// does so later wakes it.
ChannelPool::Slot* ChannelPool::wait_to_ask(Clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    ++waiting_;
    auto* slot = take(Use::question);
    while (!slot && Clock::now() < deadline) {
        given_back_.wait_until(lock, deadline);
        slot = take(Use::question);
    }
    --waiting_;
    return slot;
}

// The slots of reports are held only as long as sending takes.
ChannelPool::Slot* ChannelPool::wait_to_report(Clock::time_point deadline) {
    Slot* slot = nullptr;
    while (!slot && Clock::now() < deadline) {
        std::this_thread::yield();
        slot = take(Use::report);
    }
    return slot;
}

void ChannelPool::give_back(Slot& slot, Clock::time_point now) {
    slot.last_used = now;
    release(slot);
    auto due = next_trim_.load(std::memory_order_relaxed);
    if (now >= due && next_trim_.compare_exchange_strong(due, now + kTrimInterval)) trim(now);
}

void ChannelPool::release(Slot& slot) {
    slot.taken.store(false);
    if (waiting_.load() == 0) return;
    const std::lock_guard lock(mutex_);
    given_back_.notify_one();
}

void ChannelPool::trim(Clock::time_point now) {
    for (auto& slot : slots_) {
        if (!slot.channel.load(std::memory_order_relaxed) || slot.taken.exchange(true)) continue;
        if (now - slot.last_used >= kMaxIdle) delete slot.channel.exchange(nullptr);
        release(slot);
    }
}

ChannelPool::Lease::Lease(
    ChannelPool& pool, Use use, Clock::time_point now, Clock::time_point deadline
)
    : pool_(pool), since_(now), slot_(pool.take(use)) {
    if (slot_) return;
    slot_ = use == Use::question ? pool.wait_to_ask(deadline) : pool.wait_to_report(deadline);
    since_ = Clock::now();
}

ChannelPool::Lease::~Lease() {
    if (!slot_) return;
    if (!keep_) delete slot_->channel.exchange(nullptr);
    pool_.give_back(*slot_, since_);
}

Channel& ChannelPool::Lease::operator*() {
    if (!slot_->channel.load()) slot_->channel = new Channel(pool_.locator_, pool_.spin_);
    return *slot_->channel.load();
}

}  // namespace lars::client
