#include "net/link.hpp"

namespace lars::net {
namespace {

// A connection that lived shorter than this doesn't prove that its peer is well.
constexpr auto kStable = std::chrono::seconds(1);

}  // namespace

Link::Link(
    asio::any_io_executor executor,
    std::string name,
    LinkOptions options,
    Identity self,
    Metrics& metrics,
    spdlog::logger& log
)
    : executor_(std::move(executor)),
      name_(std::move(name)),
      options_(std::move(options)),
      self_(self),
      metrics_(metrics),
      log_(log),
      connects_(metrics.counter(
          "lars_link_connects_total", "Connections made to a peer", {{"link", name_}}
      )),
      failures_(metrics.counter(
          "lars_link_failures_total", "Connection attempts that failed", {{"link", name_}}
      )),
      backoff_(options_.backoff) {}

Awaitable<> Link::run(Session::Serve serve) {
    auto next = random_() % options_.peers.size();
    while (true) {
        const auto& peer = options_.peers[next];
        next = (next + 1) % options_.peers.size();
        co_await serve_once(peer, serve);
        const auto delay = backoff_.next(static_cast<std::uint32_t>(random_()));
        asio::steady_timer timer(executor_, delay);
        co_await timer.async_wait(nothrow);
    }
}

Awaitable<> Link::serve_once(const PeerAddress& peer, const Session::Serve& serve) {
    Stream stream(executor_);
    const auto error = co_await connect(stream, peer, options_.connect_timeout);
    if (error) {
        failures_.add();
        const auto level = failure_logged_ ? spdlog::level::debug : spdlog::level::warn;
        log_.log(level, "no connection to {} {}: {}", name_, to_string(peer), error.message());
        failure_logged_ = true;
        co_return;
    }
    connects_.add();
    log_.info("connected to {} {}", name_, to_string(peer));
    failure_logged_ = false;
    const auto since = Clock::now();

    struct Connected {
        bool& flag;
        ~Connected() { flag = false; }
    } const mark{connected_};
    connected_ = true;

    Session session(std::move(stream), options_.session, self_, metrics_, log_);
    session.say_hello();
    co_await session.run(serve);
    log_.warn("lost {} {}: {}", name_, to_string(peer), session.close_reason());
    if (Clock::now() - since >= kStable) backoff_.reset();
}

}  // namespace lars::net
