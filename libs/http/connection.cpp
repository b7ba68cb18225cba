#include "http/connection.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <array>
#include <memory>

namespace lars::http {
namespace {

namespace beast_http = boost::beast::http;

// What a client still sends after an answer that ends its connection.
constexpr std::size_t kMaxDiscarded = 256 << 10;
constexpr std::chrono::milliseconds kLinger(1'000);
constexpr std::chrono::seconds kHeartbeat(15);
// A client that waits for an answer to its head says so, before it sends the body.
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

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

std::string lower(std::string_view text) {
    std::string out(text);
    for (auto& each : out) {
        if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
    }
    return out;
}

template <class Message>
void set_head(Message& message, const Response& response, const std::vector<Field>& always) {
    if (!response.content_type.empty()) {
        message.set(beast_http::field::content_type, response.content_type);
    }
    for (const auto& [name, value] : always) message.insert(name, value);
    for (const auto& [name, value] : response.fields) message.insert(name, value);
}

bool has_no_body(unsigned status) {
    return status == 204 || status == 304;
}

}  // namespace

Connection::Connection(
    tcp::socket socket,
    std::chrono::milliseconds timeout,
    std::uint32_t header_bytes,
    const std::vector<Field>& fields
)
    : stream_(std::move(socket)),
      buffer_(std::size_t{2} * header_bytes),
      timeout_(timeout),
      header_bytes_(header_bytes),
      fields_(fields) {}

Awaitable<std::optional<Request>> Connection::next_request() {
    stream_.expires_after(timeout_);
    auto& parser = parser_.emplace();
    parser.header_limit(header_bytes_);
    parser.body_limit(boost::none);
    const auto [error, size] =
        co_await beast_http::async_read_header(stream_, buffer_, parser, nothrow);
    if (error) {
        auto refusal = refusal_of(error);
        if (!refusal) co_return std::nullopt;
        auto refusing = refuse(std::move(*refusal));
        co_await std::move(refusing);
        co_return std::nullopt;
    }
    const auto& head = parser.get();
    version_ = head.version();
    keep_alive_ = head.keep_alive();
    answers_without_body_ = head.method() == beast_http::verb::head;
    auto request = parse_target({head.target().data(), head.target().size()});
    if (!request) {
        auto refusing = refuse({.status = 400, .body = "not a path such as /metrics\n"});
        co_await std::move(refusing);
        co_return std::nullopt;
    }
    request->method = answers_without_body_ ? "GET" : std::string(head.method_string());
    for (const auto& field : head) {
        request->fields[lower(field.name_string())] = std::string(field.value());
    }
    error_code ignored;
    request->remote = stream_.socket().remote_endpoint(ignored).address().to_string();
    co_return request;
}

bool Connection::exceeds(std::size_t max_body) const {
    const auto length = parser_->content_length();
    if (length) return *length > max_body;
    return parser_->chunked() && max_body == 0;
}

Awaitable<unsigned> Connection::read_body(Request& request, std::size_t max_body) {
    if (parser_->is_done()) co_return 0;
    if (exceeds(max_body)) co_return 413;
    stream_.expires_after(timeout_);
    parser_->body_limit(max_body);
    if (request.field("expect") == "100-continue") {
        co_await asio::async_write(stream_, asio::buffer(kContinue), nothrow);
    }
    const auto [error, size] = co_await beast_http::async_read(stream_, buffer_, *parser_, nothrow);
    if (error == beast_http::error::body_limit || error == beast_http::error::buffer_overflow) {
        co_return 413;
    }
    if (error) co_return 400;
    request.body = std::move(parser_->get().body());
    co_return 0;
}

Awaitable<bool> Connection::send(Response response) {
    const bool fixed = !response.fixed_body.empty();
    const bool empty = has_no_body(response.status);
    const auto body = fixed ? response.fixed_body : std::string_view(response.body);
    beast_http::response<beast_http::span_body<const char>> message(
        beast_http::int_to_status(response.status), version_
    );
    set_head(message, response, fields_);
    message.keep_alive(keep_alive_);
    if (!empty) message.body() = {body.data(), body.size()};
    message.prepare_payload();
    if (empty) message.erase(beast_http::field::content_type);
    stream_.expires_after(timeout_);
    beast_http::response_serializer<beast_http::span_body<const char>> serializer(message);
    if (answers_without_body_) {
        // Its Content-Length is that of the body which GET would get.
        const auto [error, written] =
            co_await beast_http::async_write_header(stream_, serializer, nothrow);
        co_return keep_alive_ && !error;
    }
    const auto [error, written] = co_await beast_http::async_write(stream_, serializer, nothrow);
    co_return keep_alive_ && !error;
}

Awaitable<> Connection::send_events(Response response) {
    const auto events = response.events;
    beast_http::response<beast_http::empty_body> head(beast_http::status::ok, version_);
    response.content_type = "text/event-stream";
    set_head(head, response, fields_);
    head.set(beast_http::field::cache_control, "no-store");
    head.keep_alive(false);
    stream_.expires_after(timeout_);
    beast_http::response_serializer<beast_http::empty_body> serializer(head);
    const auto [failed, size] =
        co_await beast_http::async_write_header(stream_, serializer, nothrow);
    if (failed || answers_without_body_) {
        events->end();
        co_return;
    }
    // A client says nothing more: whatever comes, it is over. Past the stream's timeouts.
    const auto byte = std::make_shared<std::array<char, 1>>();
    const auto gone = [events, byte](const error_code&, std::size_t) { events->end(); };
    stream_.socket().async_read_some(asio::buffer(*byte), gone);
    while (!events->ended()) {
        auto waiting = events->wait_until(Clock::now() + kHeartbeat);
        co_await std::move(waiting);
        auto text = events->take();
        if (text.empty() && !events->ended()) text = ":\n\n";
        if (text.empty()) break;
        stream_.expires_after(timeout_);
        const auto [error, written] =
            co_await asio::async_write(stream_, asio::buffer(text), nothrow);
        if (error) events->end();
    }
    close();
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

void Connection::close() {
    stream_.close();
}

}  // namespace lars::http
