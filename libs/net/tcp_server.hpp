#pragma once

#include "net/session.hpp"
#include "runtime/listen.hpp"
#include "runtime/runtime.hpp"

#include <atomic>
#include <memory>
#include <unordered_set>
#include <vector>

namespace lars::net {

struct TcpServerOptions {
    /// Port 0: any free one.
    Endpoint listen;
    /// Sessions at a time, over all contexts.
    std::size_t max_connections = 1024;
    SessionOptions session;
    /// Sessions are dealt out to the runtime's first so many contexts; 0: to all.
    std::size_t contexts = 0;
    enum class Doors { open, closed };
    /// Closed: connections are closed at once until open_doors(), so that their peers go elsewhere.
    Doors doors = Doors::open;
};

/// Accepts connections on context 0 and deals them out to its contexts. One above the limit is
/// accepted and closed at once, so that its peer knows and backs off.
///
/// Threads: start() and stop() as a Part's; open_doors(), local() and connections() from any.
class TcpServer {
public:
    /// Serves one session, on `context` of the runtime: called on that context, once for each
    /// session. Its locals are the session's data. Cancelled when the server stops.
    using Serve = std::function<Awaitable<>(Session&, std::size_t context)>;

    TcpServer(
        runtime::Runtime& runtime,
        TcpServerOptions options,
        wire::Identity self,
        Serve serve,
        metrics::Registry& metrics,
        spdlog::logger& log
    );

    /// Listens and begins to accept. Throws StartError.
    void start();
    void open_doors() { doors_open_ = true; }
    /// Sessions above it stay. Called on context 0.
    void set_max_connections(std::size_t max) { options_.max_connections = max; }
    /// Stops accepting, then cancels and joins all sessions. Called on context 0.
    Awaitable<> stop();

    /// Where it listens, with the port that port 0 became. After start().
    Endpoint local() const;
    std::size_t connections() const { return connections_; }

private:
    Awaitable<> accept();
    Awaitable<> refuse_one();
    void admit(tcp::socket socket, std::size_t context);
    Awaitable<> run_session(tcp::socket socket, std::size_t context);
    Awaitable<> stop_context(std::size_t context);
    Awaitable<> watch_deadlines(std::size_t context);

    struct Context {
        Context(
            const asio::any_io_executor& executor, metrics::Registry& metrics, spdlog::logger& log
        )
            : tasks(executor, log), counters(metrics) {}
        runtime::TaskGroup tasks;
        SessionCounters counters;
        std::unordered_set<Session*> sessions;
    };

    runtime::Runtime& runtime_;
    TcpServerOptions options_;
    wire::Identity self_;
    Serve serve_;
    spdlog::logger& log_;
    metrics::Counter& accepted_;
    metrics::Counter& refused_;
    metrics::Counter& out_of_descriptors_;
    tcp::acceptor acceptor_;
    // Held open, to have a descriptor for refusing when there is no other; -1: there is none.
    int spare_descriptor_ = -1;
    runtime::TaskGroup accepting_;
    std::vector<std::unique_ptr<Context>> contexts_;
    std::atomic<std::size_t> connections_{0};
    std::atomic<bool> doors_open_;
};

}  // namespace lars::net
