#include "http/connection.hpp"

#include <boost/beast/http.hpp>

#include <algorithm>

namespace lars::http {
namespace {

namespace beast_http = boost::beast::http;

// What a client still sends after an answer that ends its connection.
constexpr std::size_t kMaxDiscarded = 256 << 10;
constexpr std::chrono::milliseconds kLinger(1'000);

// Nothing: the client has gone, or took too long.
std::optional<Response> refusal_of(const error_code& error) {
    if (error == beast_http::error::header_limit || error == beast_http::error::buffer_overflow) {
        return Response{.status = 431, .body = "the request's head is too long\n"};
    }
    const bool gone =
        error == beast_http::error::end_of_stream || error == beast_http::error::partial_message;
    const auto& category = beast_http::make_error_code(beast_http::error::bad_method).category();
    if (gone || error.category() != category) return {};
    return Response{.status = 400, .body = "not an HTTP request: " + error.message() + '\n'};
}

}  // namespace

Connection::Connection(
    tcp::socket socket, std::chrono::milliseconds timeout, std::uint32_t header_bytes
)
    : stream_(std::move(socket)),
      buffer_(std::size_t{2} * header_bytes),
      timeout_(timeout),
      header_bytes_(header_bytes) {}

Awaitable<std::optional<std::string>> Connection::next_target() {
    stream_.expires_after(timeout_);
    beast_http::request_parser<beast_http::empty_body> parser;
    parser.header_limit(header_bytes_);
    const auto [error, size] =
        co_await beast_http::async_read_header(stream_, buffer_, parser, nothrow);
    if (error) {
        auto refusal = refusal_of(error);
        if (!refusal) co_return std::nullopt;
        auto refusing = refuse(std::move(*refusal));
        co_await std::move(refusing);
        co_return std::nullopt;
    }
    const auto& request = parser.get();
    version_ = request.version();
    std::optional<Response> refusal;
    const bool is_head = request.method() == beast_http::verb::head;
    answers_without_body_ = is_head;
    if (!is_head && request.method() != beast_http::verb::get) {
        refusal = Response{.status = 405, .body = "only GET and HEAD\n"};
    } else if (!parser.is_done()) {
        refusal = Response{.status = 413, .body = "a GET has no body here\n"};
    }
    if (refusal) {
        auto refusing = refuse(std::move(*refusal));
        co_await std::move(refusing);
        co_return std::nullopt;
    }
    keep_alive_ = request.keep_alive();
    co_return std::string(request.target());
}

Awaitable<bool> Connection::send(Response response) {
    beast_http::response<beast_http::string_body> message(
        beast_http::int_to_status(response.status), version_
    );
    message.set(beast_http::field::content_type, response.content_type);
    message.keep_alive(keep_alive_);
    message.body() = std::move(response.body);
    message.prepare_payload();
    stream_.expires_after(timeout_);
    beast_http::response_serializer<beast_http::string_body> serializer(message);
    if (answers_without_body_) {
        // Its Content-Length is that of the body which GET would get.
        const auto [error, written] =
            co_await beast_http::async_write_header(stream_, serializer, nothrow);
        co_return keep_alive_ && !error;
    }
    const auto [error, written] = co_await beast_http::async_write(stream_, serializer, nothrow);
    co_return keep_alive_ && !error;
}

Awaitable<> Connection::refuse(Response response) {
    keep_alive_ = false;
    auto sending = send(std::move(response));
    co_await std::move(sending);
    error_code error;
    stream_.socket().shutdown(tcp::socket::shutdown_send, error);
    stream_.expires_after(kLinger);
    std::size_t discarded = 0;
    while (!error && discarded < kMaxDiscarded) {
        buffer_.clear();
        const auto space = buffer_.prepare(buffer_.max_size());
        const auto [failure, size] = co_await stream_.async_read_some(space, nothrow);
        error = failure;
        discarded += size;
    }
}

}  // namespace lars::http
