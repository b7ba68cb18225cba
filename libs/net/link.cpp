#include "net/link.hpp"

#include <boost/asio/experimental/parallel_group.hpp>

namespace lars::net {
namespace {

// A connection that lived shorter than this doesn't prove that its peer is well.
constexpr auto kStable = std::chrono::seconds(1);
constexpr auto kDeadlineInterval = std::chrono::milliseconds(100);
constexpr auto kFailoverSpread = std::chrono::milliseconds(100);
constexpr auto kClosesWithin = std::chrono::milliseconds(200);

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
      backoff_(options_.backoff),
      home_(random_() % options_.peers.size()),
      peer_(home_) {}

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
        if (home_again_) continue;
        peer_ = (peer_ + 1) % options_.peers.size();
        asio::steady_timer timer(executor_, delay());
        co_await timer.async_wait(nothrow);
    }
}

// An outage is a few lines, not some for each attempt.
spdlog::level::level_enum Link::quietly(spdlog::level::level_enum level) const {
    return failure_logged_ ? spdlog::level::debug : level;
}

// Another peer may be well: it is tried at once, but not by all links in the same moment.
std::chrono::milliseconds Link::delay() {
    if (failed_in_row_ < options_.peers.size()) {
        return std::chrono::milliseconds(random_() % kFailoverSpread.count());
    }
    return backoff_.next(static_cast<std::uint32_t>(random_()));
}

Awaitable<> Link::serve_next(const Session::Serve& serve) {
    ++failed_in_row_;
    Stream stream(executor_);
    const bool opened = co_await open_next(stream);
    if (!opened) co_return;
    connects_.add();
    log_.log(quietly(spdlog::level::info), "connected to {}", peer_name());

    struct Connected {
        metrics::Gauge& level;
        ~Connected() { level.set(0); }
    } const mark{connected_};
    connected_.set(1);
    co_await serve_on(std::move(stream), serve);
}

Awaitable<bool> Link::open_next(Stream& stream) {
    if (home_again_) {
        stream = std::move(*home_again_);
        home_again_.reset();
        peer_ = home_;
        co_return true;
    }
    const auto& peer = options_.peers[peer_];
    const auto error = co_await connect(stream, peer, options_.connect_timeout);
    if (!error) co_return true;
    failures_.add();
    log_.log(quietly(spdlog::level::warn), "no connection to {}: {}", peer_name(), error.message());
    failure_logged_ = true;
    co_return false;
}

Awaitable<> Link::serve_on(Stream stream, const Session::Serve& serve) {
    const auto since = Clock::now();
    Session session(std::move(stream), options_.session, self_, counters_, log_);
    session.say_hello();
    runtime::TaskGroup beside(executor_, log_);
    beside.spawn("deadlines", watch_deadlines(session));
    if (peer_ != home_) beside.spawn("return to the first choice", return_home(session));
    std::exception_ptr failure;
    try {
        co_await session.run(serve);
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    beside.cancel();
    co_await beside.join();
    co_await asio::this_coro::throw_if_cancelled(true);
    if (failure) std::rethrow_exception(failure);
    const auto level = quietly(spdlog::level::warn);
    if (!home_again_) log_.log(level, "lost {}: {}", peer_name(), session.close_reason());
    failure_logged_ = Clock::now() - since < kStable;
    if (failure_logged_) co_return;
    backoff_.reset();
    failed_in_row_ = 0;
}

Awaitable<> Link::watch_deadlines(Session& session) {
    asio::steady_timer timer(executor_);
    const auto since = Clock::now();
    while (true) {
        timer.expires_after(kDeadlineInterval);
        co_await timer.async_wait(nothrow);
        session.enforce_deadlines(Clock::now());
        if (!failure_logged_ || Clock::now() - since < kStable) continue;
        log_.info("connected to {} again", peer_name());
        failure_logged_ = false;
    }
}

Awaitable<> Link::return_home(Session& session) {
    while (true) {
        const auto spread = random_() % static_cast<std::uint64_t>(options_.return_after.count());
        asio::steady_timer timer(
            executor_, options_.return_after + std::chrono::milliseconds(spread)
        );
        co_await timer.async_wait(nothrow);
        Stream stream(executor_);
        const auto& home = options_.peers[home_];
        const auto error = co_await connect(stream, home, options_.connect_timeout);
        if (error) continue;
        const bool usable = co_await well(stream);
        if (!usable) continue;
        log_.info("returning to {} {}", name_, to_string(home));
        home_again_.emplace(std::move(stream));
        co_return session.close("its first choice is well again");
    }
}

// One that can't serve yet closes at once; one that can waits for the first word.
Awaitable<bool> Link::well(Stream& stream) {
    asio::steady_timer timeout(executor_, kClosesWithin);
    auto race = asio::experimental::make_parallel_group(
        stream.async_wait(tcp::socket::wait_read, asio::deferred),
        timeout.async_wait(asio::deferred)
    );
    const auto [order, error, late] =
        co_await race.async_wait(asio::experimental::wait_for_one(), asio::deferred);
    co_return order[0] == 1;
}

}  // namespace lars::net
