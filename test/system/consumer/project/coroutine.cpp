#include <lars/asio.hpp>

#ifdef LARS_STANDALONE_ASIO
#include <asio/io_context.hpp>
#include <asio/use_future.hpp>
#else
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#endif

namespace {

lars::net::awaitable<lars::Outcome> pay(lars::Host, lars::Attempts::Clock::time_point) {
    co_return true;
}

}  // namespace

// Nobody listens on port 1.
int main() {
    lars::Client client({"127.0.0.1:1/1", std::chrono::milliseconds(200)});
    lars::net::io_context io;
    auto calling = lars::async_call(client, "payments", pay);
    auto result = lars::net::co_spawn(io, std::move(calling), lars::net::use_future);
    io.run();
    return result.get().code == lars::Code::system_error ? 0 : 1;
}
