#include "net/link.hpp"

#include "runtime/connect.hpp"
#include "runtime/nursery.hpp"
#include "runtime/sleep.hpp"

#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>

#include <utility>

namespace lars::net {
namespace {

// A third of the shortest heartbeat that a service uses.
constexpr auto kDeadlineInterval = std::chrono::milliseconds(100);

}  // namespace

Link::Link(
    asio::any_io_executor executor,
    std::string name,
    LinkOptions options,
    wire::Identity self,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(std::move(executor)),
      name_(std::move(name)),
      options_(std::move(options)),
      self_(self),
      counters_(metrics),
      log_(log),
      connects_(metrics.counter(
          "lars_link_connects_total", "Connections made to a peer", {{"link", name_}}
      )),
      failures_(metrics.counter(
          "lars_link_failures_total", "Connection attempts that failed", {{"link", name_}}
      )),
      connected_(metrics.gauge(
          "lars_link_connected", "1: there is a connection to a peer", {{"link", name_}}
      )),
      state_(options_, random_()) {}

Awaitable<> Link::run(Session::Serve serve) {
    while (true) {
        try {
            co_await serve_next(serve);
        } catch (const boost::system::system_error& error) {
            if (error.code() == asio::error::operation_aborted) throw;
            log_.error("{}: {}", peer_name(), error.what());
        } catch (const std::exception& error) {
            log_.error("{}: {}", peer_name(), error.what());
        }
        const auto delay = state_.next_attempt(random_());
        if (delay) co_await runtime::sleep_for(executor_, *delay);
    }
}

Awaitable<> Link::serve_next(const Session::Serve& serve) {
    state_.begin_attempt();
    tcp::socket socket(executor_);
    const bool opened = co_await open_next(socket);
    if (!opened) co_return;
    connects_.add();
    const auto loudness = state_.connected(Clock::now());
    log(loudness, spdlog::level::info, "connected to " + peer_name());

    struct Connected {
        metrics::Gauge& level;
        ~Connected() { level.set(0); }
    } const mark{connected_};
    connected_.set(1);
    co_await serve_on(std::move(socket), serve);
}

Awaitable<bool> Link::open_next(tcp::socket& socket) {
    if (probed_) {
        socket = std::move(*probed_);
        probed_.reset();
        co_return true;
    }
    const auto& peer = options_.peers[state_.peer()];
    const auto error = co_await runtime::connect(socket, peer, options_.connect_timeout);
    if (!error) co_return true;
    failures_.add();
    const auto text = "no connection to " + peer_name() + ": " + error.message();
    log(state_.connect_failed(), spdlog::level::warn, text);
    co_return false;
}

Awaitable<> Link::serve_on(tcp::socket socket, const Session::Serve& serve) {
    runtime::Stream stream(std::move(socket));
    Session session(std::move(stream), options_.session, self_, counters_, log_);
    session.say_hello();
    runtime::Nursery nursery(executor_, log_);
    nursery.add("deadlines", watch_deadlines(session));
    if (!state_.at_first_choice()) {
        nursery.add("return to the first choice", return_to_first_choice(session));
    }
    auto serving = session.run(serve);
    co_await nursery.run(std::move(serving));
    const auto loudness = state_.end_session(Clock::now());
    log(loudness, spdlog::level::warn, "lost " + peer_name() + ": " + session.close_reason());
}

Awaitable<> Link::watch_deadlines(Session& session) {
    while (true) {
        co_await runtime::sleep_for(executor_, kDeadlineInterval);
        const auto now = Clock::now();
        session.enforce_deadlines(now);
        if (state_.outage_over(now)) log_.info("connected to {} again", peer_name());
    }
}

// Beside a session with another peer, which it ends once the first choice is well.
Awaitable<> Link::return_to_first_choice(Session& session) {
    const auto& peer = options_.peers[state_.first_choice()];
    while (true) {
        const auto delay = state_.probe_delay(random_());
        co_await runtime::sleep_for(executor_, delay);
        tcp::socket socket(executor_);
        const auto outcome = co_await probe(socket);
        if (!state_.returns_after(outcome)) continue;
        log_.info("returning to {} {}", name_, to_string(peer));
        probed_.emplace(std::move(socket));
        session.close("its first choice is well again");
        co_return;
    }
}

// A service that can't serve yet closes at once; one that can waits for the first word.
Awaitable<LinkState::Probe> Link::probe(tcp::socket& socket) {
    const auto& peer = options_.peers[state_.first_choice()];
    const auto error = co_await runtime::connect(socket, peer, options_.connect_timeout);
    if (error) co_return LinkState::Probe::unreachable;
    asio::steady_timer timeout(executor_, options_.probe_timeout);
    auto race = asio::experimental::make_parallel_group(
        socket.async_wait(tcp::socket::wait_read, asio::deferred),
        timeout.async_wait(asio::deferred)
    );
    const auto [order, readable, late] =
        co_await race.async_wait(asio::experimental::wait_for_one(), asio::deferred);
    const bool kept = order[0] == 1 && !late;
    co_return kept ? LinkState::Probe::kept : LinkState::Probe::ended;
}

void Link::log(
    LinkState::Loudness loudness, spdlog::level::level_enum level, const std::string& text
) {
    if (loudness == LinkState::Loudness::silent) return;
    log_.log(loudness == LinkState::Loudness::aloud ? level : spdlog::level::debug, text);
}

std::string Link::peer_name() const {
    return name_ + ' ' + to_string(options_.peers[state_.peer()]);
}

}  // namespace lars::net
