#include "http/post.hpp"

#include "runtime/connect.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace lars::http {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr unsigned kHttp11 = 11;
constexpr std::uint64_t kMaxAnswer = 64 << 10;

http::request<http::string_body> request_for(const Url& url, std::string json) {
    http::request<http::string_body> request(http::verb::post, url.target, kHttp11);
    request.set(http::field::host, to_string(url.peer));
    request.set(http::field::user_agent, "lars-reporter");
    request.set(http::field::content_type, "application/json");
    request.keep_alive(false);
    request.body() = std::move(json);
    request.prepare_payload();
    return request;
}

}  // namespace

Awaitable<PostResult> post_json(
    asio::any_io_executor executor, Url url, std::string json, std::chrono::milliseconds timeout
) {
    PostResult answer;
    tcp::socket socket(executor);
    answer.error = co_await runtime::connect(socket, url.peer, timeout);
    if (answer.error) co_return answer;
    beast::tcp_stream stream(std::move(socket));
    stream.expires_after(timeout);
    const auto request = request_for(url, std::move(json));
    const auto [unsent, sent] = co_await http::async_write(stream, request, nothrow);
    answer.error = unsent;
    if (answer.error) co_return answer;
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kMaxAnswer);
    const auto [unread, read] = co_await http::async_read(stream, buffer, parser, nothrow);
    answer.error = unread;
    if (answer.error) co_return answer;
    answer.status = parser.get().result_int();
    answer.body = parser.get().body();
    co_return answer;
}

}  // namespace lars::http
