#include "agent/shard_pump.hpp"

#include <boost/asio/post.hpp>

#include <random>

namespace lars::agent {
namespace {

// How many datagrams are answered before timers and posted routes get their turn: a tenth of a
// millisecond's work or two.
constexpr int kBurst = 32;
constexpr auto kTick = std::chrono::milliseconds(50);
// How many modules' questions or calls are handed on before others get their turn: each costs up to
// a microsecond.
constexpr std::size_t kPart = 128;
constexpr std::size_t kEndpointsPart = 512;

using Bytes = std::vector<std::uint8_t>;

lb::Time now() {
    return Clock::now().time_since_epoch();
}

lb::Random random_seed() {
    std::random_device device;
    return lb::Random((std::uint64_t{device()} << 32) | device());
}

ModuleTable table_of(
    std::span<const lb::EndpointTablePtr> known,
    const Shard::Place& place,
    const Options& options,
    PolicyProvider& policy_provider
) {
    ModuleTable table(
        {.update_timeout = options.update_timeout,
         .idle_timeout = options.module_idle_timeout,
         .unknown_timeout = options.unknown_module_timeout,
         .max_modules = options.max_modules,
         .max_unknown = options.max_unknown_modules},
        [&policy_provider](ModuleId module, const RoutePolicy& policy) {
            return policy_provider.policy_for(module, policy);
        },
        &policy_provider.listener()
    );
    for (const auto& endpoint_table : known) {
        if (shard_of(endpoint_table->module(), place.shards) == place.index)
            table.restore(endpoint_table, now());
    }
    return table;
}

}  // namespace

ShardPump::ShardPump(
    const asio::any_io_executor& executor,
    Shard::Place place,
    const Endpoint& listen,
    std::span<const lb::EndpointTablePtr> known,
    const Options& options,
    const wire::Identity& self,
    Outlets outlets,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      outlets_(std::move(outlets)),
      index_(place.index),
      report_interval_(options.report_interval),
      longest_wait_(options.first_call_wait),
      policy_provider_(balancing_defaults(options), metrics, log),
      modules_(table_of(known, place, options, policy_provider_)),
      shard_(place, modules_, random_seed(), self, metrics),
      wait_timer_(executor),
      waited_(metrics.counter(
          "lars_agent_first_calls_waited_total", "First questions that waited for their route"
      )),
      dropped_(metrics.counter(
          "lars_agent_modules_dropped_total", "Modules that nobody asked for any more"
      )),
      held_(metrics.gauge(
          "lars_agent_modules", "Modules that a shard holds", {{"shard", std::to_string(index_)}}
      )),
      unknown_(metrics.gauge(
          "lars_agent_modules_unknown",
          "Modules without a route that a shard holds",
          {{"shard", std::to_string(index_)}}
      )),
      socket_(executor, listen, options.buffers),
      account_(socket_, place.index, metrics),
      tasks_(executor, log) {}

void ShardPump::start() {
    tasks_.spawn("shard", serve());
    tasks_.spawn("shard clock", tick());
    tasks_.spawn("first calls", end_waits());
}

Awaitable<> ShardPump::stop() {
    tasks_.cancel();
    co_await tasks_.join();
    socket_.flush();
    account_.refresh();
    socket_.close();
    // What was being taken, and then what was counted meanwhile.
    while (modules_.calls_left()) flush_calls();
    do flush_calls();
    while (modules_.calls_left());
}

Awaitable<> ShardPump::serve() {
    while (true) {
        int answered = 0;
        while (answered < kBurst) {
            const auto datagram = socket_.receive();
            if (!datagram) break;
            answer(*datagram);
            ++answered;
        }
        socket_.flush();
        if (modules_.pulls_wanted()) flush_pulls();
        if (answered == kBurst) {
            co_await asio::post(executor_, asio::deferred);
        } else {
            co_await socket_.readable();
        }
    }
}

void ShardPump::answer(const net::Datagram& datagram) {
    const auto answer = shard_.handle(datagram.bytes, now());
    if (answer.owner) {
        forward(*answer.owner, datagram);
    } else if (answer.first && wait(*answer.first, index_, datagram.from)) {
        return;
    } else if (!answer.reply.empty()) {
        send(datagram.from, answer.reply);
    }
}

void ShardPump::forward(std::size_t owner, const net::Datagram& datagram) {
    auto& other = outlets_.shard(owner);
    auto ask = [&other,
                came_to = index_,
                from = datagram.from,
                bytes = Bytes(datagram.bytes.begin(), datagram.bytes.end())] {
        other.answer_for(came_to, from, bytes);
    };
    asio::post(other.executor_, std::move(ask));
}

void ShardPump::answer_for(
    std::size_t came_to, const udp::endpoint& from, std::span<const std::uint8_t> bytes
) {
    const auto answer = shard_.handle(bytes, now());
    if (modules_.pulls_wanted()) flush_pulls();
    if (answer.first && wait(*answer.first, came_to, from)) return;
    if (!answer.reply.empty()) send_through(came_to, from, answer.reply);
}

bool ShardPump::wait(const Shard::First& first, std::size_t came_to, const udp::endpoint& from) {
    const auto wait = std::min(first.wait, longest_wait_);
    const bool sensible = dns_reachable_ && wait > std::chrono::milliseconds::zero();
    if (!sensible || !waiters_.add({first.module, first.seq, from, came_to, now() + wait})) {
        shard_.count(ReturnCode::noexist);
        return false;
    }
    waited_.add();
    wait_timer_.cancel();
    return true;
}

Awaitable<> ShardPump::end_waits() {
    while (true) {
        wait_timer_.expires_at(Clock::time_point(waiters_.next_due()));
        co_await wait_timer_.async_wait(nothrow);
        const auto due = waiters_.take_due(now());
        answer_waiters(due);
    }
}

void ShardPump::answer_waiters(const std::vector<Waiters::Waiter>& waiters) {
    for (const auto& each : waiters) {
        send_through(each.shard, each.from, shard_.answer_late(each.module, each.seq, now()));
    }
}

void ShardPump::send_through(
    std::size_t shard, const udp::endpoint& to, std::span<const std::uint8_t> reply
) {
    if (shard == index_) return send(to, reply);
    auto& other = outlets_.shard(shard);
    auto give = [&other, to, reply = Bytes(reply.begin(), reply.end())] { other.send(to, reply); };
    asio::post(other.executor_, std::move(give));
}

void ShardPump::send(const udp::endpoint& to, std::span<const std::uint8_t> reply) {
    socket_.send(to, reply);
}

Awaitable<> ShardPump::tick() {
    asio::steady_timer timer(executor_);
    auto next_report = Clock::now() + report_interval_;
    while (true) {
        timer.expires_after(kTick);
        co_await timer.async_wait(nothrow);
        account_.refresh();
        modules_.advance(dns_reachable_, now());
        leave_dropped();
        held_.set(static_cast<double>(modules_.size()));
        unknown_.set(static_cast<double>(modules_.unknown()));
        flush_pulls();
        if (Clock::now() < next_report) continue;
        next_report = Clock::now() + report_interval_;
        flush_calls();
        while (modules_.calls_left()) {
            co_await asio::post(executor_, asio::deferred);
            flush_calls();
        }
    }
}

void ShardPump::post_route(DnsLink::Route route) {
    auto take = [this, route = std::move(route)]() mutable { set_route(std::move(route)); };
    asio::post(executor_, std::move(take));
}

void ShardPump::set_route(DnsLink::Route route) {
    const auto endpoint_table = route.endpoint_table;
    if (modules_.set_route(std::move(route.endpoint_table), route.source, now()))
        outlets_.keep(endpoint_table);
    const auto waiters = waiters_.take(endpoint_table->module());
    answer_waiters(waiters);
}

void ShardPump::post_connection(bool connected) {
    auto take = [this, connected] {
        dns_reachable_ = connected;
        if (connected) modules_.ask_all();
        if (connected) flush_pulls();
    };
    asio::post(executor_, std::move(take));
}

void ShardPump::flush_pulls() {
    auto pulls = modules_.take_pulls(kPart, now());
    if (pulls.empty()) return;
    outlets_.pull(std::move(pulls));
    if (modules_.pulls_wanted()) asio::post(executor_, [this] { flush_pulls(); });
}

void ShardPump::leave_dropped() {
    auto dropped = modules_.take_dropped();
    if (dropped.empty()) return;
    dropped_.add(dropped.size());
    outlets_.leave(std::move(dropped));
}

void ShardPump::flush_calls() {
    auto calls = modules_.take_calls(kEndpointsPart, now());
    if (!calls.empty()) outlets_.report(std::move(calls));
}

}  // namespace lars::agent
