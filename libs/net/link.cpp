#include "net/link.hpp"

#include "net/watch_deadlines.hpp"
#include "runtime/connect.hpp"
#include "runtime/nursery.hpp"
#include "runtime/sleep.hpp"

#include <algorithm>
#include <utility>

namespace lars::net {
namespace {

// A third of the shortest heartbeat that a service uses.
constexpr auto kDeadlineInterval = std::chrono::milliseconds(100);

SessionOptions patient(const LinkOptions& options) {
    auto session = options.session;
    const auto usual = std::max(session.answer_timeout, 3 * session.heartbeat);
    session.answer_timeout = std::max(usual, options.patient_answer_timeout);
    return session;
}

// The peer's first word, whatever it is. False: it has ended the connection instead.
Awaitable<bool> await_word(Session& session) {
    bool more = co_await session.fill();
    while (more && !session.next() && session.peer_kind() != PeerKind::ours) {
        more = co_await session.fill();
    }
    co_return more;
}

Awaitable<> serve_until_word(Session& session) {
    co_await await_word(session);
}

}  // namespace

metrics::Gauge& connected_gauge(const std::string& link, metrics::Registry& metrics) {
    return metrics.gauge(
        "lars_link_connected",
        "1: there is a connection to a peer that answers, or is configured to be an original one",
        {{"link", link}}
    );
}

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
      patient_session_(patient(options_)),
      self_(self),
      counters_(metrics),
      log_(log),
      connects_(metrics.counter(
          "lars_link_connects_total", "Connections made to a peer", {{"link", name_}}
      )),
      failures_(metrics.counter(
          "lars_link_failures_total", "Connection attempts that failed", {{"link", name_}}
      )),
      connected_(connected_gauge(name_, metrics)),
      state_(options_, random_()),
      last_probes_(options_.peers.size(), LinkState::Probe::answered) {}

Awaitable<> Link::run(Session::Serve serve, std::function<void()> on_peer_kind) {
    on_peer_kind_ = std::move(on_peer_kind);
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
    struct Connected {
        metrics::Gauge& level;
        ~Connected() { level.set(0); }
    } const mark{connected_};
    co_await serve_on(std::move(socket), serve);
}

Awaitable<bool> Link::open_next(tcp::socket& socket) {
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
    const auto& options = state_.every_peer_failed() ? patient_session_ : options_.session;
    const auto expected = state_.expected(state_.peer());
    Session session(std::move(stream), options, self_, counters_, log_, expected);
    session.on_peer_kind([this, &session] { judge(session); });
    judge(session);
    session.say_hello();
    runtime::Nursery nursery(executor_, log_);
    nursery.add("deadlines", watch_deadlines(session));
    nursery.add("look for a better peer", look_for_better(session));
    const Session::Serve once_met = [this, &serve](Session& each) {
        return serve_once_met(each, serve);
    };
    auto serving = session.run(once_met);
    co_await nursery.run(std::move(serving));
    const std::string lost = state_.accepted() ? "lost " : "no use of ";
    const auto loudness = state_.end_session(Clock::now());
    log(loudness, spdlog::level::warn, lost + peer_name() + ": " + session.close_reason());
}

// Who hangs isn't served: requests would pile up there, and nobody knows what is in them.
Awaitable<> Link::serve_once_met(Session& session, const Session::Serve& serve) {
    bool met = true;
    if (state_.expected(state_.peer()) == PeerExpectation::ours) met = co_await await_word(session);
    if (met) co_await serve(session);
}

void Link::judge(Session& session) {
    const auto kind = session.peer_kind();
    const bool certain = kind == PeerKind::ours || kind == PeerKind::original;
    if (!state_.accepts(kind, Clock::now())) {
        return session.close(
            certain ? "it isn't a peer of ours" : "it doesn't answer Hello, and others may"
        );
    }
    connected_.set(certain ? 1 : 0);
    log_accepted(kind);
    if (on_peer_kind_) on_peer_kind_();
}

Awaitable<> Link::watch_deadlines(Session& session) {
    const auto look = [this, &session](Clock::time_point now) {
        session.enforce_deadlines(now);
        if (state_.outage_over(now)) log_.info("connected to {} again", peer_name());
    };
    co_await net::watch_deadlines(executor_, kDeadlineInterval, look);
}

// Beside a session with another peer, which it ends once a better one is well.
Awaitable<> Link::look_for_better(Session& session) {
    while (true) {
        const auto delay = state_.probe_delay(random_());
        co_await runtime::sleep_for(executor_, delay);
        const auto peer = state_.next_probe();
        if (!peer) continue;
        const auto outcome = co_await probe(*peer);
        log_probe(*peer, outcome);
        if (!state_.moves_to(*peer, outcome)) continue;
        log_.info("moving to {}, which is well", name_of(*peer));
        session.close("a better peer is well");
        co_return;
    }
}

// A service that can't serve yet closes at once; one that hangs keeps what its kernel accepted.
Awaitable<LinkState::Probe> Link::probe(std::size_t peer) {
    using Probe = LinkState::Probe;
    tcp::socket socket(executor_);
    const auto& address = options_.peers[peer];
    const auto error = co_await runtime::connect(socket, address, options_.connect_timeout);
    if (error) co_return Probe::unreachable;
    runtime::Stream stream(std::move(socket));
    const auto expected = state_.expected(peer);
    Session session(std::move(stream), options_.session, self_, counters_, log_, expected);
    session.say_hello();
    bool timed_out = false;
    runtime::Nursery nursery(executor_, log_);
    nursery.add("end of the probe", end_probe(session, timed_out));
    const Session::Serve serve = serve_until_word;
    auto serving = session.run(serve);
    co_await nursery.run(std::move(serving));
    if (session.peer_kind() == PeerKind::ours) co_return Probe::answered;
    co_return timed_out ? Probe::unanswered : Probe::ended;
}

Awaitable<> Link::end_probe(Session& session, bool& timed_out) {
    const auto end = Clock::now() + options_.session.hello_timeout;
    co_await runtime::sleep_until(executor_, end);
    timed_out = Clock::now() >= end;  // else it was cancelled
    session.close("it says nothing");
}

void Link::log(
    LinkState::Loudness loudness, spdlog::level::level_enum level, const std::string& text
) {
    if (loudness == LinkState::Loudness::silent) return;
    log_.log(loudness == LinkState::Loudness::aloud ? level : spdlog::level::debug, text);
}

void Link::log_accepted(PeerKind kind) {
    if (kind == PeerKind::unknown) return;
    if (kind == PeerKind::presumed_original) {
        const auto text = "connected to " + peer_name() +
                          ", which doesn't answer Hello: until it does, it is taken for one of the "
                          "original's";
        return log(state_.loudness(), spdlog::level::warn, text);
    }
    log(state_.loudness(), spdlog::level::info, "connected to " + peer_name());
}

void Link::log_probe(std::size_t peer, LinkState::Probe outcome) {
    if (std::exchange(last_probes_[peer], outcome) == outcome) return;
    if (outcome != LinkState::Probe::unanswered) return;
    log_.warn("{} takes connections, but doesn't answer Hello", name_of(peer));
}

std::string Link::name_of(std::size_t peer) const {
    return name_ + ' ' + to_string(options_.peers[peer]);
}

}  // namespace lars::net
