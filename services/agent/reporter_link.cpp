#include "agent/reporter_link.hpp"

#include "net/serve_frames.hpp"
#include "runtime/nursery.hpp"

#include <algorithm>
#include <chrono>

namespace lars::agent {
namespace {

// Until a second has passed, a peer that hasn't said Hello may be either kind.
constexpr auto kAskPeerAgain = std::chrono::milliseconds(100);
constexpr auto kLongestPutOff = std::chrono::milliseconds(60'000);

std::uint32_t unix_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count()
    );
}

}  // namespace

ReporterLink::ReporterLink(
    asio::any_io_executor executor,
    Options options,
    const wire::Identity& self,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      log_(log),
      self_(self),
      caller_(options.caller),
      link_(executor, "reporter", std::move(options.link), self, metrics, log),
      batches_(options.batches, self.instance),
      bad_input_(metrics),
      delivered_(metrics.counter(
          "lars_agent_batches_delivered_total", "Batches of calls that the reporter has committed"
      )),
      put_off_(metrics.counter(
          "lars_agent_batches_put_off_total", "Batches of calls that the reporter had no room for"
      )),
      lost_(metrics.counter("lars_agent_calls_lost_total", "Calls that found no room to wait")),
      changed_(executor),
      drained_(executor) {}

Awaitable<> ReporterLink::run() {
    const net::Session::Serve each = [this](net::Session& session) { return serve(session); };
    co_await link_.run(each);
}

void ReporterLink::add(const std::vector<ModuleCalls>& calls) {
    const auto lost_before = batches_.lost();
    batches_.add(calls);
    lost_.add(batches_.lost() - lost_before);
    changed_.notify();
}

Awaitable<> ReporterLink::serve(net::Session& session) {
    net::Dispatcher<> dispatch(bad_input_);
    const auto on_ack = [this](const ReportAck& ack) { acknowledge(ack); };
    dispatch.on<ReportAck>(ID_ReportAck, on_ack);
    runtime::Nursery nursery(executor_, log_);
    nursery.add("report sender", send_batches(session));
    auto receiving = net::serve_frames(session, dispatch);
    co_await nursery.run(std::move(receiving));
}

// A batch that was in flight when the last connection ended goes out first, unchanged.
Awaitable<> ReporterLink::send_batches(net::Session& session) {
    while (session.peer_kind() == net::PeerKind::unknown) {
        co_await changed_.wait_until(Clock::now() + kAskPeerAgain);
    }
    resend_at_ = Clock::now();
    while (session.open()) {
        if (session.peer_kind() == net::PeerKind::original) {
            const auto frames = batches_.drain_snapshots(caller_, unix_seconds());
            for (const auto& frame : frames) session.send(frame);
            drained_.notify();
        } else if (!batches_.awaiting() || Clock::now() >= resend_at_) {
            const auto& frames = batches_.in_flight(caller_, unix_seconds());
            for (const auto& frame : frames) session.send(frame);
            resend_at_ = Clock::time_point::max();
        }
        co_await changed_.wait_until(resend_at_);
    }
}

void ReporterLink::acknowledge(const ReportAck& ack) {
    if (wire::instance_from_wire(ack.instance()) != self_.instance || !batches_.awaiting()) return;
    batches_.acknowledge(ack.seq());
    if (batches_.awaiting()) {
        if (ack.retry_ms() > 0) put_off(std::chrono::milliseconds(ack.retry_ms()));
        return;
    }
    delivered_.add();
    drained_.notify();
    changed_.notify();
}

// The reporter had no room. So may it be for many agents, which shall not come back all at once.
void ReporterLink::put_off(std::chrono::milliseconds delay) {
    put_off_.add();
    const auto longest = std::min(delay, kLongestPutOff).count();
    std::uniform_int_distribution<std::int64_t> spread(longest, 2 * longest);
    resend_at_ = Clock::now() + std::chrono::milliseconds(spread(random_));
    changed_.notify();
}

Awaitable<> ReporterLink::drain(Clock::time_point deadline) {
    changed_.notify();
    while (!batches_.empty() && Clock::now() < deadline) {
        co_await drained_.wait_until(deadline);
    }
    if (!batches_.empty()) log_.warn("stopping with calls that no reporter has taken");
}

}  // namespace lars::agent
