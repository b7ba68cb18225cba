#include "cli/held_query.hpp"

#include "net/ask_held.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace lars::cli {

HeldResponse query_held(const runtime::PeerAddress& dns) {
    asio::io_context context(1);
    auto asking = net::ask_held(context.get_executor(), dns);
    auto future = asio::co_spawn(context, std::move(asking), asio::use_future);
    context.run();
    auto answer = future.get();
    if (!answer.response) throw Failure(answer.error);
    return std::move(*answer.response);
}

}  // namespace lars::cli
