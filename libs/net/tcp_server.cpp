#include "net/tcp_server.hpp"

#include "net/watch_deadlines.hpp"
#include "runtime/sleep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <unistd.h>

namespace lars::net {
namespace {

// Deadlines of sessions are seconds, and one look costs a few instructions for each session.
constexpr auto kDeadlineInterval = std::chrono::milliseconds(100);
// Time for sessions to end and give descriptors back: connections that wait are refused one by one.
constexpr auto kDescriptorPause = std::chrono::milliseconds(50);

bool out_of_descriptors(const error_code& error) {
    namespace errc = boost::system::errc;
    return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
           error == errc::no_buffer_space || error == errc::not_enough_memory;
}

int open_spare() {
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

}  // namespace

TcpServer::TcpServer(
    runtime::Runtime& runtime,
    TcpServerOptions options,
    wire::Identity self,
    Serve serve,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : runtime_(runtime),
      options_(std::move(options)),
      self_(self),
      serve_(std::move(serve)),
      log_(log),
      accepted_(metrics.counter("lars_connections_accepted_total", "TCP connections accepted")),
      refused_(metrics.counter(
          "lars_connections_refused_total",
          "TCP connections closed at once: above the limit, or before the service can serve"
      )),
      out_of_descriptors_(metrics.counter(
          "lars_out_of_descriptors_total", "Accepts that failed for want of a descriptor"
      )),
      acceptor_(runtime.executor(0)),
      accepting_(runtime.executor(0), log),
      doors_open_(options_.doors == TcpServerOptions::Doors::open) {
    const auto contexts = options_.contexts == 0 ? runtime.size() : options_.contexts;
    for (std::size_t i = 0; i < contexts; ++i) {
        contexts_.push_back(std::make_unique<Context>(runtime.executor(i), metrics, log));
    }
}

void TcpServer::start() {
    acceptor_ = runtime::listen_on(runtime_.executor(0), options_.listen);
    spare_descriptor_ = open_spare();
    accepting_.spawn("accept", accept());
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        contexts_[i]->tasks.spawn("deadlines", watch_deadlines(i));
    }
}

Endpoint TcpServer::local() const {
    const auto endpoint = acceptor_.local_endpoint();
    return runtime::to_endpoint(endpoint.address(), endpoint.port());
}

Awaitable<> TcpServer::stop() {
    accepting_.cancel();
    co_await accepting_.join();
    error_code ignored;
    acceptor_.close(ignored);
    if (spare_descriptor_ >= 0) ::close(std::exchange(spare_descriptor_, -1));
    for (std::size_t i = 0; i < contexts_.size(); ++i) {
        auto stopping = stop_context(i);
        co_await asio::co_spawn(runtime_.executor(i), std::move(stopping), asio::deferred);
    }
}

Awaitable<> TcpServer::stop_context(std::size_t context) {
    contexts_[context]->tasks.cancel();
    co_await contexts_[context]->tasks.join();
}

Awaitable<> TcpServer::accept() {
    for (std::size_t next = 0;; next = (next + 1) % contexts_.size()) {
        tcp::socket socket(runtime_.executor(next));
        const auto [error] = co_await acceptor_.async_accept(socket, nothrow);
        if (!error) {
            admit(std::move(socket), next);
        } else if (out_of_descriptors(error)) {
            out_of_descriptors_.add();
            co_await refuse_one();
        } else if (!acceptor_.is_open()) {
            co_return;
        }
    }
}

// Without a descriptor the connection can't even be closed, and stays readable: a busy loop. The
// spare one makes room to accept and close it; a pause gives sessions time to end.
Awaitable<> TcpServer::refuse_one() {
    if (spare_descriptor_ >= 0) ::close(spare_descriptor_);
    error_code ignored;
    {
        tcp::socket refused(runtime_.executor(0));
        acceptor_.accept(refused, ignored);
    }
    spare_descriptor_ = open_spare();
    const auto executor = runtime_.executor(0);
    co_await runtime::sleep_for(executor, kDescriptorPause);
}

void TcpServer::admit(tcp::socket socket, std::size_t context) {
    if (!doors_open_ || connections_ >= options_.max_connections) {
        refused_.add();
        return;
    }
    ++connections_;
    accepted_.add();
    auto move_in = [this, context, socket = std::move(socket)]() mutable {
        contexts_[context]->tasks.spawn("session", run_session(std::move(socket), context));
    };
    asio::post(runtime_.executor(context), std::move(move_in));
}

Awaitable<> TcpServer::run_session(tcp::socket socket, std::size_t context) {
    struct Leave {
        std::atomic<std::size_t>& count;
        ~Leave() { --count; }
    } const leave{connections_};

    auto& own = *contexts_[context];
    runtime::Stream stream(std::move(socket));
    Session session(std::move(stream), options_.session, self_, own.counters, log_);
    struct Listed {
        std::unordered_set<Session*>& all;
        Session* session;
        ~Listed() { all.erase(session); }
    } const listed{own.sessions, &session};
    own.sessions.insert(&session);
    const Session::Serve serve = [this, context](Session& each) { return serve_(each, context); };
    co_await session.run(serve);
}

// One timer for all sessions of a context. Closing one only ends its reading, so the set stays.
Awaitable<> TcpServer::watch_deadlines(std::size_t context) {
    const auto executor = runtime_.executor(context);
    const auto look = [this, context](Clock::time_point now) {
        for (auto* session : contexts_[context]->sessions) session->enforce_deadlines(now);
    };
    co_await net::watch_deadlines(executor, kDeadlineInterval, look);
}

}  // namespace lars::net
