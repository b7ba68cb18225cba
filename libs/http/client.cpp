#include "http/client.hpp"

#include "http/http_date.hpp"
#include "runtime/connect.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace lars::http {
namespace {

namespace beast_http = boost::beast::http;

constexpr unsigned kHttp11 = 11;
constexpr std::uint64_t kMaxAnswer = 64 << 10;

beast_http::request<beast_http::string_body> request_for(const Url& url, std::string json) {
    beast_http::request<beast_http::string_body> request(
        beast_http::verb::post, url.target, kHttp11
    );
    request.set(beast_http::field::host, to_string(url.peer));
    request.set(beast_http::field::user_agent, "lars-reporter");
    request.set(beast_http::field::content_type, "application/json");
    request.keep_alive(false);
    request.body() = std::move(json);
    request.prepare_payload();
    return request;
}

beast_http::request<beast_http::empty_body> request_for(
    const Url& url, const std::vector<std::string>& headers
) {
    beast_http::request<beast_http::empty_body> request(beast_http::verb::get, url.target, kHttp11);
    request.set(beast_http::field::host, to_string(url.peer));
    request.set(beast_http::field::user_agent, "lars-agent");
    request.keep_alive(false);
    for (const auto& header : headers) {
        const auto colon = header.find(':');
        const auto value = header.find_first_not_of(' ', std::min(colon + 1, header.size()));
        request.set(header.substr(0, colon), value == header.npos ? "" : header.substr(value));
    }
    return request;
}

}  // namespace

Awaitable<GetResult> get(
    asio::any_io_executor executor,
    Url url,
    std::vector<std::string> headers,
    std::chrono::milliseconds timeout
) {
    GetResult answer;
    const auto end = Clock::now() + timeout;
    tcp::socket socket(executor);
    answer.error = co_await runtime::connect(socket, url.peer, timeout);
    if (answer.error) co_return answer;
    boost::beast::tcp_stream stream(std::move(socket));
    stream.expires_at(end);
    const auto request = request_for(url, headers);
    const auto [unsent, sent] = co_await beast_http::async_write(stream, request, nothrow);
    answer.error = unsent;
    if (answer.error) co_return answer;
    boost::beast::flat_buffer buffer;
    beast_http::response_parser<beast_http::empty_body> parser;
    const auto [unread, read] =
        co_await beast_http::async_read_header(stream, buffer, parser, nothrow);
    answer.error = unread == boost::beast::error::timeout ? asio::error::timed_out : unread;
    if (!answer.error) answer.status = parser.get().result_int();
    co_return answer;
}

Awaitable<PostResult> post_json(
    asio::any_io_executor executor, Url url, std::string json, std::chrono::milliseconds timeout
) {
    PostResult answer;
    tcp::socket socket(executor);
    answer.error = co_await runtime::connect(socket, url.peer, timeout);
    if (answer.error) co_return answer;
    boost::beast::tcp_stream stream(std::move(socket));
    stream.expires_after(timeout);
    const auto request = request_for(url, std::move(json));
    const auto [unsent, sent] = co_await beast_http::async_write(stream, request, nothrow);
    answer.error = unsent;
    if (answer.error) co_return answer;
    boost::beast::flat_buffer buffer;
    beast_http::response_parser<beast_http::string_body> parser;
    parser.body_limit(kMaxAnswer);
    const auto [unread, read] = co_await beast_http::async_read(stream, buffer, parser, nothrow);
    answer.error = unread;
    if (answer.error) co_return answer;
    answer.status = parser.get().result_int();
    answer.body = parser.get().body();
    answer.date = parse_date(std::string(parser.get()[beast_http::field::date]));
    co_return answer;
}

}  // namespace lars::http
