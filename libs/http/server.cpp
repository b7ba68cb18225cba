#include "http/server.hpp"

#include "http/connection.hpp"
#include "runtime/sleep.hpp"

namespace lars::http {
namespace {

// So long accept() is left alone after it failed.
constexpr std::chrono::milliseconds kAcceptPause(50);

/// That a connection waits for a request, as long as it does.
class Waiting {
public:
    Waiting(std::map<std::uint64_t, Connection*>& all, std::uint64_t number, Connection& connection)
        : all_(all), number_(number) {
        all_[number] = &connection;
    }
    ~Waiting() { end(); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    void end() const { all_.erase(number_); }

private:
    std::map<std::uint64_t, Connection*>& all_;
    std::uint64_t number_;
};

class Counted {
public:
    explicit Counted(std::size_t& count) : count_(count) { ++count_; }
    ~Counted() { --count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::size_t& count_;
};

Awaitable<bool> refuse(Connection& connection, Response response) {
    auto refusing = connection.refuse(std::move(response));
    co_await std::move(refusing);
    co_return false;
}

std::string why(unsigned status, const Page& page) {
    if (status == 413) {
        return "the body has more than " + std::to_string(page.max_body) + " bytes";
    }
    return "the body can't be read";
}

}  // namespace

Server::Server(
    std::string name,
    asio::any_io_executor executor,
    const Endpoint& listen,
    Router router,
    spdlog::logger& log,
    const ServerLimits& limits
)
    : name_(std::move(name)),
      executor_(executor),
      listen_(listen),
      router_(std::move(router)),
      limits_(limits),
      acceptor_(executor),
      tasks_(executor, log) {}

void Server::start() {
    acceptor_ = runtime::listen_on(executor_, listen_);
    tasks_.spawn("http accept", accept());
}

Awaitable<> Server::stop() {
    tasks_.cancel();
    co_await tasks_.join();
    error_code ignored;
    acceptor_.close(ignored);
}

Endpoint Server::local() const {
    const auto endpoint = acceptor_.local_endpoint();
    return runtime::to_endpoint(endpoint.address(), endpoint.port());
}

Awaitable<> Server::accept() {
    while (true) {
        tcp::socket socket(executor_);
        const auto [error] = co_await acceptor_.async_accept(socket, nothrow);
        if (error) {
            const bool full = error == asio::error::no_descriptors;
            if (full && close_longest_waiting()) continue;
            co_await runtime::sleep_until(executor_, Clock::now() + kAcceptPause);
        } else if (make_room()) {
            tasks_.spawn("http connection", serve(std::move(socket)));
        }
    }
}

// The group holds the accepting task, too.
bool Server::make_room() {
    return tasks_.size() <= limits_.connections || close_longest_waiting();
}

bool Server::close_longest_waiting() {
    if (waiting_.empty()) return false;
    waiting_.begin()->second->close();
    waiting_.erase(waiting_.begin());
    return true;
}

Awaitable<> Server::serve(tcp::socket socket) {
    Connection connection(
        std::move(socket), limits_.timeout, limits_.header_bytes, router_.fields()
    );
    bool open = true;
    while (open) {
        const Waiting waiting(waiting_, ++waits_, connection);
        auto request = co_await connection.next_request();
        waiting.end();
        if (!request) co_return;
        auto serving = serve_request(connection, std::move(*request));
        open = co_await std::move(serving);
    }
}

Awaitable<bool> Server::serve_request(Connection& connection, Request request) {
    auto match = router_.match(request);
    if (match.page && match.page->admit) {
        auto admitting = match.page->admit(request);
        auto refusal = co_await std::move(admitting);
        if (refusal) match = {nullptr, std::move(*refusal)};
    }
    if (!match.page) {
        const bool has_body = connection.exceeds(0);
        auto sending = has_body ? refuse(connection, std::move(match.refusal))
                                : connection.send(std::move(match.refusal));
        co_return co_await std::move(sending);
    }
    const auto& page = *match.page;
    auto reading = connection.read_body(request, page.max_body);
    const auto status = co_await std::move(reading);
    if (status != 0) {
        auto refusing = refuse(connection, router_.error(request.path, status, why(status, page)));
        co_return co_await std::move(refusing);
    }
    auto answering = page.answer(std::move(request));
    auto response = co_await std::move(answering);
    auto sending = send(connection, std::move(response));
    co_return co_await std::move(sending);
}

Awaitable<bool> Server::send(Connection& connection, Response response) {
    if (!response.events) {
        auto sending = connection.send(std::move(response));
        co_return co_await std::move(sending);
    }
    if (streams_ >= limits_.streams) {
        response.events->end();
        Response busy{.status = 503, .body = "too many pages are open\n"};
        busy.fields.emplace_back("Retry-After", "30");
        auto sending = connection.send(std::move(busy));
        co_return co_await std::move(sending);
    }
    const Counted counted(streams_);
    auto sending = connection.send_events(std::move(response));
    co_await std::move(sending);
    co_return false;
}

}  // namespace lars::http
