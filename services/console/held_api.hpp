#pragma once

#include "console/page_set.hpp"
#include "console/store_pool.hpp"

namespace lars::console {

/// What the dns services that live don't believe of the store, as each of them says. Belongs to one
/// executor.
class HeldApi {
public:
    HeldApi(asio::any_io_executor executor, StorePool& pool) : executor_(executor), pool_(pool) {}

    void add_pages(PageSet& pages);

private:
    Awaitable<http::Response> held(http::Request request);

    asio::any_io_executor executor_;
    StorePool& pool_;
};

}  // namespace lars::console
