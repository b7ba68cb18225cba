#include "net/admin_server.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace lars::net {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto kPatience = std::chrono::seconds(10);
constexpr std::size_t kMostSessions = 64;
constexpr std::uint32_t kMostHeader = 16 << 10;

}  // namespace

AdminServer::AdminServer(
    asio::any_io_executor executor,
    const Endpoint& listen,
    const Metrics& metrics,
    std::function<bool()> ready,
    spdlog::logger& log
)
    : executor_(executor),
      listen_(listen),
      metrics_(metrics),
      ready_(std::move(ready)),
      acceptor_(executor),
      tasks_(executor, log) {}

void AdminServer::start() {
    acceptor_ = listen_on(executor_, listen_);
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
    return to_endpoint(endpoint.address(), endpoint.port());
}

Awaitable<> AdminServer::accept() {
    while (true) {
        tcp::socket stream(executor_);
        const auto [error] = co_await acceptor_.async_accept(stream, nothrow);
        if (!error && tasks_.size() < kMostSessions) {
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
        stream.expires_after(kPatience);
        http::request_parser<http::empty_body> parser;
        parser.header_limit(kMostHeader);
        const auto [error, size] = co_await http::async_read(stream, buffer, parser, nothrow);
        if (error) co_return;
        const auto& request = parser.get();
        const bool reading = request.method() == http::verb::get;
        const std::string_view target(request.target().data(), request.target().size());
        auto [status, body] = reading ? answer(target) : Answer(405, "only GET\n");
        http::response<http::string_body> response(http::int_to_status(status), request.version());
        response.set(http::field::content_type, "text/plain; version=0.0.4; charset=utf-8");
        keep_alive = request.keep_alive();
        response.keep_alive(keep_alive);
        response.body() = std::move(body);
        response.prepare_payload();
        const auto [write_error, written] = co_await http::async_write(stream, response, nothrow);
        if (write_error) co_return;
    }
}

AdminServer::Answer AdminServer::answer(std::string_view target) const {
    if (target == "/metrics") return {200, metrics_.text()};
    if (target == "/healthz") return {200, "ok\n"};
    if (target == "/readyz") {
        return ready_() ? Answer(200, "ready\n") : Answer(503, "not ready\n");
    }
    return {404, "try /metrics, /healthz or /readyz\n"};
}

}  // namespace lars::net
