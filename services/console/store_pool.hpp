#pragma once

#include "runtime/event.hpp"
#include "store/ready_database.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

namespace lars::console {

/// Connections to the store, each for one request at a time; whoever finds none waits for its turn.
/// Belongs to one executor.
class StorePool {
public:
    StorePool(asio::any_io_executor executor, const store::Url& url, std::size_t size);

    /// A connection as long as it is borrowed.
    class Lease {
    public:
        Lease(StorePool& pool, store::ReadyDatabase& database)
            : pool_(&pool), database_(&database) {}
        Lease(Lease&& other) noexcept
            : pool_(std::exchange(other.pool_, nullptr)), database_(other.database_) {}
        Lease& operator=(Lease&&) = delete;
        ~Lease() {
            if (pool_) pool_->give_back(*database_);
        }
        store::Database& operator*() const { return **database_; }

    private:
        StorePool* pool_;
        store::ReadyDatabase* database_;
    };

    /// Why there is none: the store isn't reached, or isn't ready for us.
    Awaitable<store::Result<Lease>> borrow();

private:
    void give_back(store::ReadyDatabase& database);

    asio::any_io_executor executor_;
    std::vector<std::unique_ptr<store::ReadyDatabase>> all_;
    std::vector<store::ReadyDatabase*> free_;
    std::deque<runtime::Event*> waiting_;
};

}  // namespace lars::console
