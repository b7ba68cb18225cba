#include "net/ask_held.hpp"

#include "net/frame_reader.hpp"
#include "runtime/connect.hpp"
#include "wire/frame.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <memory>

namespace lars::net {
namespace {

constexpr auto kTimeout = std::chrono::seconds(3);

Awaitable<std::optional<HeldResponse>> exchange(tcp::socket& stream) {
    const auto question = wire::encode_frame(ID_HeldRequest, HeldRequest());
    const auto bytes = asio::buffer(*question);
    const auto [write_error, written] = co_await asio::async_write(stream, bytes, nothrow);
    if (write_error) co_return std::nullopt;
    FrameReader reader(kMaxTcpBody);
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

}  // namespace

Awaitable<HeldAnswer> ask_held(asio::any_io_executor executor, runtime::PeerAddress dns) {
    // The deadline may come as the exchange ends.
    const auto stream = std::make_shared<tcp::socket>(executor);
    const auto error = co_await runtime::connect(*stream, dns, kTimeout);
    HeldAnswer answer;
    if (error) {
        answer.error = "dns " + to_string(dns) + ": " + error.message();
        co_return answer;
    }
    asio::steady_timer deadline(executor, kTimeout);
    deadline.async_wait([stream](const error_code& cancelled) {
        error_code ignored;
        if (!cancelled) stream->close(ignored);
    });
    auto exchanging = exchange(*stream);
    answer.response = co_await std::move(exchanging);
    deadline.cancel();
    if (!answer.response) {
        answer.error = "dns " + to_string(dns) +
                       " doesn't say what it holds: it isn't ready, or not this Lars";
    }
    co_return answer;
}

}  // namespace lars::net
