#pragma once

#include "runtime/asio.hpp"
#include "store/store.hpp"

#include <memory>

namespace lars::reporter {

/// A connection to the store that is used only when the schema is there. Belongs to one executor.
class ReadyStore {
public:
    ReadyStore(asio::any_io_executor executor, const store::Url& url)
        : url_(url), store_(store::make_store(std::move(executor), url)) {}

    /// Before each use. SQLite's schema is brought up here.
    Awaitable<store::Result<void>> prepare();
    store::Store& operator*() { return *store_; }
    store::Store* operator->() { return store_.get(); }

private:
    store::Url url_;
    std::unique_ptr<store::Store> store_;
    bool prepared_ = false;
};

}  // namespace lars::reporter
