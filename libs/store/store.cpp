#include "store/store.hpp"

#include "store/backends.hpp"

namespace lars::store {

boost::asio::awaitable<Result<std::size_t>> Store::add(
    std::vector<RouteRow> rows, Progress progress
) {
    auto putting = put(std::move(rows), std::move(progress));
    const auto done = co_await std::move(putting);
    if (!done) co_return done.error();
    co_return done->added;
}

std::unique_ptr<Store> make_store(
    boost::asio::any_io_executor executor, const Url& url, const Options& options
) {
    switch (url.kind) {
        case Url::Kind::sqlite:
            return make_sqlite_store(std::move(executor), url, options);
        case Url::Kind::mysql:
            return make_mariadb_store(std::move(executor), url, options);
    }
    return nullptr;
}

}  // namespace lars::store
