#include "console/store_pool.hpp"

#include <algorithm>

namespace lars::console {

StorePool::StorePool(asio::any_io_executor executor, const store::Url& url, std::size_t size)
    : executor_(executor) {
    for (std::size_t i = 0; i < size; ++i) {
        all_.push_back(std::make_unique<store::ReadyDatabase>(executor, url));
        free_.push_back(all_.back().get());
    }
}

Awaitable<store::Result<StorePool::Lease>> StorePool::borrow() {
    if (free_.empty() || !waiting_.empty()) {
        runtime::Event turn(executor_);
        struct Queued {
            std::deque<runtime::Event*>& waiting;
            runtime::Event* turn;
            ~Queued() { std::erase(waiting, turn); }
        } const queued{waiting_, &turn};
        waiting_.push_back(&turn);
        while (free_.empty() || waiting_.front() != &turn) co_await turn.wait();
    }
    Lease lease(*this, *free_.back());
    auto& database = *free_.back();
    free_.pop_back();
    // Who was next in the queue may have one, too.
    if (!free_.empty() && !waiting_.empty()) waiting_.front()->notify();
    auto preparing = database.prepare();
    const auto ready = co_await std::move(preparing);
    if (!ready) co_return ready.error();
    co_return store::Result<Lease>(std::move(lease));
}

void StorePool::give_back(store::ReadyDatabase& database) {
    free_.push_back(&database);
    if (!waiting_.empty()) waiting_.front()->notify();
}

}  // namespace lars::console
