#pragma once

#include "console/page_set.hpp"
#include "console/store_pool.hpp"

#include <functional>

namespace lars::console {

/// Many routes at once, as CSV. Belongs to one executor.
class ImportApi {
public:
    /// `written` tells who should know that routes were written to this database.
    using Written = std::function<Awaitable<>(store::Database&)>;

    ImportApi(StorePool& pool, Written written) : pool_(pool), written_(std::move(written)) {}

    void add_pages(PageSet& pages);

private:
    Awaitable<http::Response> import(http::Request request);

    StorePool& pool_;
    Written written_;
};

}  // namespace lars::console
