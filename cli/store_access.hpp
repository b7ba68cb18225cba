#pragma once

#include "cli/arguments.hpp"
#include "store/engine/database.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <functional>
#include <optional>
#include <string>

namespace lars::cli {

/// Adds --store URL, by default LARS_STORE.
void add_store_flag(Arguments& arguments, std::string& url);
/// With its password. Throws UsageError.
store::Url store_url(const std::string& text);

/// Throws Failure, which says what to do, unless the store's schema is there as this version needs
/// it.
void require_current_schema(const store::Url& url);

/// Runs one operation on a store to its end. Throws Failure with the store's words.
template <class T>
T run_on_store(
    const store::Url& url,
    const std::function<boost::asio::awaitable<store::Result<T>>(store::Database&)>& operation
) {
    boost::asio::io_context context(1);
    const auto database = store::make_database(context.get_executor(), url);
    std::optional<store::Result<T>> result;
    const auto run = [&]() -> boost::asio::awaitable<void> {
        auto answer = co_await operation(*database);
        result.emplace(std::move(answer));
    };
    boost::asio::co_spawn(context, run, boost::asio::detached);
    context.run();
    if (!result) throw Failure("the store's operation didn't end");
    if (!*result) throw Failure(result->error().message);
    return std::move(**result);
}

}  // namespace lars::cli
