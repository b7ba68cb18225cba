#pragma once

#include "console/cached_answers.hpp"
#include "console/page_set.hpp"
#include "console/store_pool.hpp"

namespace lars::console {

/// What anybody who is signed in may read. Belongs to one executor.
class ReadingApi {
public:
    ReadingApi(StorePool& pool, CachedAnswers& cache, const store::Url& url)
        : pool_(pool),
          cache_(cache),
          kind_(url.kind == store::Url::Kind::sqlite ? "sqlite" : "mariadb") {}

    void add_pages(PageSet& pages);

private:
    Awaitable<http::Response> overview(http::Request request);
    Awaitable<http::Response> make_overview(std::chrono::seconds last);
    Awaitable<http::Response> module(http::Request request);
    Awaitable<http::Response> make_module(http::Request request);
    Awaitable<http::Response> series(http::Request request);
    Awaitable<http::Response> make_series(http::Request request);
    Awaitable<http::Response> why(http::Request request);
    Awaitable<http::Response> history(http::Request request);
    Awaitable<http::Response> alarms(http::Request request);
    Awaitable<http::Response> system(http::Request request);

    StorePool& pool_;
    CachedAnswers& cache_;
    const char* kind_;
};

}  // namespace lars::console
