#include "console/cached_answers.hpp"

#include <utility>

namespace lars::console {
namespace {

/// Somebody who waits for an entry, as long as he does.
class Waiter {
public:
    Waiter(std::list<runtime::Event*>& all, const asio::any_io_executor& executor)
        : all_(all), event_(executor), place_(all.insert(all.end(), &event_)) {}
    ~Waiter() { all_.erase(place_); }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    runtime::Event& event() { return event_; }

private:
    std::list<runtime::Event*>& all_;
    runtime::Event event_;
    std::list<runtime::Event*>::iterator place_;
};

}  // namespace

Awaitable<http::Response> CachedAnswers::get(std::string key, Make make) {
    bound();
    auto& slot = entries_[key];
    if (!slot) slot = std::make_shared<Entry>();
    const auto entry = slot;
    while (entry->making) {
        Waiter waiter(entry->waiting, executor_);
        co_await waiter.event().wait();
    }
    if (entry->made && entry->generation == generation_) co_return entry->answer;
    // Whoever waits is woken however this ends.
    struct Making {
        Entry& entry;
        explicit Making(Entry& of) : entry(of) { entry.making = true; }
        ~Making() {
            entry.making = false;
            for (auto* waiting : entry.waiting) waiting->notify();
        }
    };
    const Making now_making(*entry);
    const auto generation = generation_;
    auto making = make();
    auto answer = co_await std::move(making);
    if (answer.status != 200) co_return answer;
    entry->answer = answer;
    entry->generation = generation;
    entry->made = true;
    co_return answer;
}

// Beyond it all goes: what is asked for is made anew, and what nobody asks for is gone.
void CachedAnswers::bound() {
    std::size_t bytes = 0;
    for (const auto& [key, entry] : entries_) bytes += entry->answer.body.size();
    if (bytes < kMaxBytes && entries_.size() < kMaxEntries) return;
    std::erase_if(entries_, [](const auto& each) { return !each.second->making; });
}

}  // namespace lars::console
