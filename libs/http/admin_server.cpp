#include "http/admin_server.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace lars::http {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto kTimeout = std::chrono::seconds(10);
constexpr std::size_t kMaxSessions = 64;
constexpr std::uint32_t kMaxHeader = 16 << 10;
constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

// What isn't a hexadecimal number stays as it is.
std::string decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned char value = 0;
        const auto digits = text.substr(i, 3).substr(1, text[i] == '%' ? 2 : 0);
        const auto* const end = digits.data() + digits.size();
        const bool encoded =
            digits.size() == 2 && std::from_chars(digits.data(), end, value, 16).ptr == end;
        out += encoded ? static_cast<char>(value) : text[i];
        if (encoded) i += 2;
    }
    return out;
}

Request parse(std::string_view target) {
    const auto cut = [](std::string_view& rest, char at) {
        const auto part = rest.substr(0, rest.find(at));
        rest.remove_prefix(std::min(rest.size(), part.size() + 1));
        return part;
    };
    Request request;
    request.path = decode(cut(target, '?'));
    while (!target.empty()) {
        auto value = cut(target, '&');
        const auto name = cut(value, '=');
        request.query[decode(name)] = decode(value);
    }
    return request;
}

bool matches(const Page& page, const std::string& path) {
    return page.path.ends_with('/') ? path.starts_with(page.path) : path == page.path;
}

// A page that has nothing to wait for.
Page plain_page(std::string path, std::string usage, std::function<Response()> say) {
    auto answer = [say = std::move(say)](const Request& /*request*/) -> Awaitable<Response> {
        co_return say();
    };
    return {std::move(path), std::move(usage), std::move(answer)};
}

}  // namespace

AdminServer::AdminServer(
    asio::any_io_executor executor,
    const Endpoint& listen,
    const metrics::Registry& metrics,
    std::function<bool()> ready,
    spdlog::logger& log
)
    : executor_(executor), listen_(listen), acceptor_(executor), tasks_(executor, log) {
    const auto show_metrics = [&metrics] {
        return Response{.body = metrics.text(), .content_type = kMetricsType};
    };
    const auto tell_readiness = [ready = std::move(ready)] {
        return ready() ? Response{.body = "ready\n"}
                       : Response{.status = 503, .body = "not ready\n"};
    };
    add(plain_page("/metrics", "counts and gauges in Prometheus' text format", show_metrics));
    add(plain_page("/healthz", "whether the process runs", [] { return Response{.body = "ok\n"}; })
    );
    add(plain_page("/readyz", "whether the service can do its work; if not, 503", tell_readiness));
}

void AdminServer::start() {
    acceptor_ = runtime::listen_on(executor_, listen_);
    tasks_.spawn("admin accept", accept());
}

Awaitable<> AdminServer::stop() {
    tasks_.cancel();
    co_await tasks_.join();
    error_code ignored;
    acceptor_.close(ignored);
}

Endpoint AdminServer::local() const {
    const auto endpoint = acceptor_.local_endpoint();
    return runtime::to_endpoint(endpoint.address(), endpoint.port());
}

Awaitable<> AdminServer::accept() {
    while (true) {
        tcp::socket stream(executor_);
        const auto [error] = co_await acceptor_.async_accept(stream, nothrow);
        if (!error && tasks_.size() < kMaxSessions) {
            tasks_.spawn("admin session", serve(std::move(stream)));
        } else if (error) {
            asio::steady_timer pause(executor_, std::chrono::milliseconds(50));
            co_await pause.async_wait(nothrow);
        }
    }
}

Awaitable<> AdminServer::serve(tcp::socket socket) {
    beast::tcp_stream stream(std::move(socket));
    beast::flat_buffer buffer;
    bool keep_alive = true;
    while (keep_alive) {
        stream.expires_after(kTimeout);
        http::request_parser<http::empty_body> parser;
        parser.header_limit(kMaxHeader);
        const auto [error, size] = co_await http::async_read(stream, buffer, parser, nothrow);
        if (error) co_return;
        const auto& request = parser.get();
        Response said{.status = 405, .body = "only GET\n"};
        if (request.method() == http::verb::get) {
            auto answering = answer(parse({request.target().data(), request.target().size()}));
            said = co_await std::move(answering);
        }
        http::response<http::string_body> response(
            http::int_to_status(said.status), request.version()
        );
        response.set(http::field::content_type, said.content_type);
        keep_alive = request.keep_alive();
        response.keep_alive(keep_alive);
        response.body() = std::move(said.body);
        response.prepare_payload();
        stream.expires_after(kTimeout);
        const auto [write_error, written] = co_await http::async_write(stream, response, nothrow);
        if (write_error) co_return;
    }
}

Awaitable<Response> AdminServer::answer(Request request) {
    const auto matching = [&request](const Page& page) { return matches(page, request.path); };
    const auto page = std::find_if(pages_.begin(), pages_.end(), matching);
    if (page == pages_.end()) co_return list_pages();
    auto answering = page->answer(std::move(request));
    co_return co_await std::move(answering);
}

Response AdminServer::list_pages() const {
    Response answer{.status = 404, .body = "there is no such page; there are:\n"};
    for (const auto& page : pages_) answer.body += page.path + "  " + page.usage + '\n';
    return answer;
}

}  // namespace lars::http
