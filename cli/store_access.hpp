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

/// Who is told that the store was written to.
enum class Tell { nobody, dns };
/// Tells the dns services that live on it. A word that is lost costs a poll.
boost::asio::awaitable<void> tell_dns(store::Database& database);

/// Runs one operation on a store to its end. Throws Failure with the store's words.
template <class T>
T run_on_store(
    const store::Url& url,
    const std::function<boost::asio::awaitable<store::Result<T>>(store::Database&)>& operation,
    Tell tell = Tell::nobody
) {
    boost::asio::io_context context(1);
    const auto database = store::make_database(context.get_executor(), url);
    std::optional<store::Result<T>> result;
    const auto run = [&]() -> boost::asio::awaitable<void> {
        auto answer = co_await operation(*database);
        const bool written = answer && tell == Tell::dns;
        result.emplace(std::move(answer));
        if (written) co_await tell_dns(*database);
    };
    boost::asio::co_spawn(context, run, boost::asio::detached);
    context.run();
    if (!result) throw Failure("the store's operation didn't end");
    if (!*result) throw Failure(result->error().message);
    return std::move(**result);
}

/// The same for one that edits what dns serves: the dns services look at it at once.
template <class T>
T edit_store(
    const store::Url& url,
    const std::function<boost::asio::awaitable<store::Result<T>>(store::Database&)>& operation
) {
    return run_on_store<T>(url, operation, Tell::dns);
}

}  // namespace lars::cli
