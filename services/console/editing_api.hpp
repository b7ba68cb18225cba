#pragma once

#include "console/page_set.hpp"
#include "console/store_pool.hpp"

#include <functional>

namespace lars::console {

/// What those may do who have the role for it. Belongs to one executor.
class EditingApi {
public:
    /// `changed` is called when something was written.
    EditingApi(StorePool& pool, std::function<void()> changed)
        : pool_(pool), changed_(std::move(changed)) {}

    void add_pages(PageSet& pages);
    /// Something was written: every dns looks at once, and so do our own pages.
    Awaitable<> tell(store::Database& database);

private:
    Awaitable<http::Response> make_module(http::Request request);
    Awaitable<http::Response> edit(http::Request request);
    Awaitable<http::Response> undo(http::Request request);
    Awaitable<http::Response> add_alarm(http::Request request);
    Awaitable<http::Response> remove_alarm(http::Request request);
    Awaitable<http::Response> confirm(http::Request request);

    StorePool& pool_;
    std::function<void()> changed_;
};

}  // namespace lars::console
