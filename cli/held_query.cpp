#include "cli/held_query.hpp"

#include "net/frame_reader.hpp"
#include "runtime/connect.hpp"
#include "wire/frame.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

namespace lars::cli {
namespace {

constexpr auto kTimeout = std::chrono::seconds(3);

Awaitable<std::optional<HeldResponse>> exchange(tcp::socket& stream) {
    const auto question = wire::encode_frame(ID_HeldRequest, HeldRequest());
    const auto bytes = asio::buffer(*question);
    const auto [write_error, written] = co_await asio::async_write(stream, bytes, nothrow);
    if (write_error) co_return std::nullopt;
    net::FrameReader reader(kMaxTcpBody);
    while (true) {
        const auto space = reader.prepare();
        const auto buffer = asio::buffer(space.data(), space.size());
        const auto [error, size] = co_await stream.async_read_some(buffer, nothrow);
        if (error) co_return std::nullopt;
        reader.commit(size);
        const auto frame = reader.next();
        if (!frame) continue;
        HeldResponse response;
        if (frame->id != ID_HeldResponse || !wire::parse_body(frame->body, response)) {
            co_return std::nullopt;
        }
        co_return response;
    }
}

Awaitable<HeldResponse> query(asio::io_context& context, const runtime::PeerAddress& dns) {
    tcp::socket stream(context);
    const auto error = co_await runtime::connect(stream, dns, kTimeout);
    if (error) throw Failure("dns " + to_string(dns) + ": " + error.message());
    asio::steady_timer deadline(context, kTimeout);
    deadline.async_wait([&stream](const error_code& cancelled) {
        error_code ignored;
        if (!cancelled) stream.close(ignored);
    });
    auto response = co_await exchange(stream);
    deadline.cancel();
    if (!response) {
        throw Failure(
            "dns " + to_string(dns) + " doesn't say what it holds: it isn't ready, or not this Lars"
        );
    }
    co_return std::move(*response);
}

}  // namespace

HeldResponse query_held(const runtime::PeerAddress& dns) {
    asio::io_context context(1);
    auto answer = asio::co_spawn(context, query(context, dns), asio::use_future);
    context.run();
    return answer.get();
}

}  // namespace lars::cli
