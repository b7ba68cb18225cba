#include "agent/reporter_link.hpp"

#include "net/serve_frames.hpp"
#include "runtime/nursery.hpp"

#include <algorithm>
#include <chrono>

namespace lars::agent {
namespace {

constexpr auto kLongestPutOff = std::chrono::milliseconds(60'000);

std::uint32_t unix_seconds() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count()
    );
}

void send_all(net::Session& session, const std::vector<wire::EncodedFrame>& frames) {
    for (const auto& frame : frames) session.send(frame);
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
      drained_(executor) {
    condition_.fail("not connected to any of " + runtime::to_string(link_.peers()));
}

Awaitable<> ReporterLink::run() {
    const net::Session::Serve each = [this](net::Session& session) { return serve(session); };
    const auto on_peer_kind = [this] { changed_.notify(); };
    co_await link_.run(each, on_peer_kind);
}

void ReporterLink::add(const std::vector<ModuleCalls>& calls) {
    const auto lost_before = batches_.lost();
    batches_.add(calls);
    lost_.add(batches_.lost() - lost_before);
    changed_.notify();
}

Awaitable<> ReporterLink::serve(net::Session& session) {
    struct Current {
        ReporterLink& link;
        ~Current() { link.condition_.fail("lost, of " + runtime::to_string(link.link_.peers())); }
    } const current{*this};
    condition_.clear();
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
    resend_at_ = Clock::now();
    while (session.open()) {
        send_what_fits(session);
        const bool in_flight = session.peer_kind() == net::PeerKind::ours && batches_.awaiting();
        co_await changed_.wait_until(in_flight ? resend_at_ : Clock::time_point::max());
    }
}

void ReporterLink::send_what_fits(net::Session& session) {
    switch (session.peer_kind()) {
        case net::PeerKind::unknown:
            return;
        case net::PeerKind::presumed_original:
            return send_all(session, batches_.show(caller_, unix_seconds()));
        case net::PeerKind::original:
            send_all(session, batches_.show(caller_, unix_seconds()));
            batches_.forget_shown();
            return drained_.notify();
        case net::PeerKind::ours:
            if (batches_.awaiting() && Clock::now() < resend_at_) return;
            send_all(session, batches_.in_flight(caller_, unix_seconds()));
            resend_at_ = Clock::time_point::max();
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
