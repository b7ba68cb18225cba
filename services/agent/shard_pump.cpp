#include "agent/shard_pump.hpp"

#include "base/cpu_limits.hpp"
#include "base/run_delay.hpp"

#include <boost/asio/post.hpp>

#include <random>
#include <utility>

namespace lars::agent {
namespace {

// How many datagrams are answered before timers and posted routes get their turn: a tenth of a
// millisecond's work or two.
constexpr int kBurst = 32;
constexpr auto kTick = std::chrono::milliseconds(50);
// How many modules' pulls, or endpoints' calls, are handed on before others get their turn: each
// costs up to a microsecond.
constexpr std::size_t kModulesAtOnce = 128;
constexpr std::size_t kEndpointsAtOnce = 512;

using Bytes = std::vector<std::uint8_t>;

lb::Time now() {
    return Clock::now().time_since_epoch();
}

// Where looking would take from others what it gives, nobody looks.
std::chrono::microseconds spin_of(const Options& options) {
    static const bool may_spin = read_cpu_limits().may_spin();
    return std::chrono::microseconds(may_spin ? options.spin_us : 0);
}

lb::Random random_seed() {
    std::random_device device;
    return lb::Random((std::uint64_t{device()} << 32) | device());
}

Shard::Options shard_options(const Options& options) {
    return {
        .modules =
            {.update_timeout = options.update_timeout,
             .limits =
                 {.idle_timeout = options.module_idle_timeout,
                  .unknown_timeout = options.unknown_module_timeout,
                  .max_modules = options.max_modules,
                  .max_unknown = options.max_unknown_modules},
             .zone = options.zone},
        .names =
            {.idle_timeout = options.module_idle_timeout,
             .unknown_timeout = options.unknown_module_timeout,
             .max_names = options.max_modules,
             .max_unknown = options.max_unknown_modules},
        .max_wait = options.first_call_wait,
        .retries = options.retries,
    };
}

ModuleTable::MakePolicy policies_of(PolicyProvider& provider) {
    return [&provider](ModuleId module, const RoutePolicy& policy) {
        return provider.policy_for(module, policy);
    };
}

}  // namespace

ShardPump::ShardPump(
    const asio::any_io_executor& executor,
    Shard::Place place,
    const Endpoint& listen,
    std::span<const lb::EndpointTablePtr> known,
    std::span<const NameUpdate> names,
    const Options& options,
    const wire::Identity& self,
    Outlets outlets,
    metrics::Registry& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      outlets_(std::move(outlets)),
      log_(log),
      report_interval_(options.report_interval),
      policy_provider_(balancing_defaults(options), metrics, log),
      shard_(
          place,
          shard_options(options),
          policies_of(policy_provider_),
          &policy_provider_.listener(),
          random_seed(),
          metrics
      ),
      face_(
          shard_,
          self,
          [this](const auto& to, std::span<const std::uint8_t> reply) { send(to, reply); },
          metrics,
          [this](const auto& from, std::span<const std::uint8_t> bytes) { handle(bytes, from); }
      ),
      wait_timer_(executor),
      dropped_(metrics.counter(
          "lars_agent_modules_dropped_total", "Modules that nobody asked for any more"
      )),
      held_(metrics.gauge(
          "lars_agent_modules",
          "Modules that a shard holds",
          {{"shard", std::to_string(place.index)}}
      )),
      unknown_(metrics.gauge(
          "lars_agent_modules_unknown",
          "Modules without a route that a shard holds",
          {{"shard", std::to_string(place.index)}}
      )),
      spin_(spin_of(options)),
      looks_(metrics.counter(
          "lars_agent_looks_total", "Times that a shard looked for a request before it slept"
      )),
      looks_in_vain_(metrics.counter(
          "lars_agent_looks_in_vain_total", "… and slept all the same, since none came in time"
      )),
      names_held_(metrics.gauge(
          "lars_agent_names", "Names that a shard holds", {{"shard", std::to_string(place.index)}}
      )),
      names_unknown_(metrics.gauge(
          "lars_agent_names_unknown",
          "Names that stand for nothing, or for what isn't known yet, and that a shard holds",
          {{"shard", std::to_string(place.index)}}
      )),
      socket_(executor, listen, options.buffers),
      udp_metrics_(socket_, place.index, metrics),
      tasks_(executor, log) {
    for (const auto& endpoint_table : known) {
        if (shard_of(endpoint_table->module(), place.shards) == place.index)
            modules().restore(endpoint_table, now());
    }
    for (const auto& name : names) shard_.names().set(name, now());
}

void ShardPump::start() {
    tasks_.spawn("shard", serve());
    tasks_.spawn("shard clock", tick());
    tasks_.spawn("first calls", end_waits());
}

Awaitable<> ShardPump::stop() {
    tasks_.cancel();
    co_await tasks_.join();
    socket_.flush();
    udp_metrics_.refresh();
    socket_.close();
    // What was being drained, and then what was counted meanwhile.
    while (modules().calls_left()) flush_calls();
    do flush_calls();
    while (modules().calls_left());
}

Awaitable<> ShardPump::serve() {
    DatagramFace::Origin origin{.from = {}, .shard = shard_.index()};
    while (true) {
        int handled = 0;
        while (handled < kBurst) {
            const auto datagram = socket_.receive();
            if (!datagram) break;
            if (handled == 0) spin_.end(now());
            origin.from = datagram->from;
            handle(datagram->bytes, origin);
            ++handled;
        }
        socket_.flush();
        if (modules().pulls_due()) flush_pulls();
        if (shard_.names().has_new()) flush_names();
        if (handled > 0) spin_.begin(now());
        if (handled == kBurst || spin_.may_look(now())) {
            co_await asio::post(executor_, asio::deferred);
        } else {
            co_await socket_.readable();
        }
    }
}

void ShardPump::handle(std::span<const std::uint8_t> bytes, const DatagramFace::Origin& origin) {
    const auto result = face_.handle(bytes, origin, now());
    if (!result.reply.empty()) {
        send(origin, result.reply);
    } else if (result.forward_to) {
        forward(*result.forward_to, bytes, origin);
    } else if (result.parked) {
        wait_timer_.cancel();
    }
}

void ShardPump::forward(
    std::size_t owner, std::span<const std::uint8_t> bytes, const DatagramFace::Origin& origin
) {
    auto& other = outlets_.shard(owner);
    auto ask = [&other, origin, copy = Bytes(bytes.begin(), bytes.end())] {
        other.handle(copy, origin);
        if (other.modules().pulls_due()) other.flush_pulls();
        if (other.shard_.names().has_new()) other.flush_names();
    };
    asio::post(other.executor_, std::move(ask));
}

void ShardPump::send(const DatagramFace::Origin& to, std::span<const std::uint8_t> reply) {
    if (to.shard == shard_.index()) return socket_.send(to.from, reply);
    auto& other = outlets_.shard(to.shard);
    auto pass_on = [&other, to, copy = Bytes(reply.begin(), reply.end())] {
        other.socket_.send(to.from, copy);
    };
    asio::post(other.executor_, std::move(pass_on));
}

Awaitable<> ShardPump::end_waits() {
    while (true) {
        wait_timer_.expires_at(Clock::time_point(shard_.next_wait_end()));
        co_await wait_timer_.async_wait(nothrow);
        shard_.end_waits(now());
    }
}

Awaitable<> ShardPump::tick() {
    asio::steady_timer timer(executor_);
    auto next_report = Clock::now() + report_interval_;
    while (true) {
        timer.expires_after(kTick);
        co_await timer.async_wait(nothrow);
        udp_metrics_.refresh();
        note_looks();
        shard_.advance(now());
        policy_provider_.advance(now());
        leave_dropped();
        tell_of_bounds();
        held_.set(static_cast<double>(modules().size()));
        unknown_.set(static_cast<double>(modules().unknown()));
        names_held_.set(static_cast<double>(shard_.names().size()));
        names_unknown_.set(static_cast<double>(shard_.names().unknown()));
        flush_pulls();
        if (Clock::now() < next_report) continue;
        next_report = Clock::now() + report_interval_;
        flush_calls();
        while (modules().calls_left()) {
            co_await asio::post(executor_, asio::deferred);
            flush_calls();
        }
    }
}

void ShardPump::note_looks() {
    const auto so_far = run_delay();
    spin_.note_delay(so_far - delay_, now());
    delay_ = so_far;
    const auto [all, in_vain] = spin_.drain_looks();
    looks_.add(all);
    looks_in_vain_.add(in_vain);
}

void ShardPump::post_options(const Options& options) {
    auto set = [this,
                interval = options.report_interval,
                spin = spin_of(options),
                shard = shard_options(options)] {
        report_interval_ = interval;
        spin_.set_max(spin);
        shard_.set_options(shard);
    };
    asio::post(executor_, std::move(set));
}

void ShardPump::post_route(RouteUpdate update) {
    auto set = [this, update = std::move(update)]() mutable { set_route(std::move(update)); };
    asio::post(executor_, std::move(set));
}

// Those who waited for the name may ask for a module that is new, in their turn.
void ShardPump::post_name(NameUpdate update) {
    auto set = [this, update = std::move(update)] {
        shard_.set_name(update, now());
        if (modules().pulls_due()) flush_pulls();
    };
    asio::post(executor_, std::move(set));
}

void ShardPump::post_forget(std::string name) {
    auto forget = [this, name = std::move(name)] { shard_.names().forget(name); };
    asio::post(executor_, std::move(forget));
}

void ShardPump::post_names_reachable(bool reachable) {
    asio::post(executor_, [this, reachable] { shard_.set_names_reachable(reachable); });
}

void ShardPump::flush_names() {
    outlets_.want_names(shard_.names().drain_new());
}

void ShardPump::set_route(RouteUpdate update) {
    const bool changed = shard_.set_route(update.endpoint_table, update.source, now());
    if (changed) outlets_.publish(std::move(update));
}

void ShardPump::post_confirmation(const RouteConfirmation& confirmation) {
    auto confirm = [this, confirmation] {
        const bool moved = shard_.confirm(confirmation, now());
        if (moved) outlets_.publish_origin(confirmation.module, confirmation.origin);
    };
    asio::post(executor_, std::move(confirm));
}

void ShardPump::post_connection(bool connected) {
    auto set = [this, connected] {
        shard_.set_dns_reachable(connected);
        if (connected) flush_pulls();
    };
    asio::post(executor_, std::move(set));
}

void ShardPump::flush_pulls() {
    auto pulls = modules().drain_pulls(kModulesAtOnce, now());
    if (pulls.empty()) return;
    outlets_.pull(std::move(pulls));
    if (modules().pulls_due()) asio::post(executor_, [this] { flush_pulls(); });
}

void ShardPump::leave_dropped() {
    auto names = shard_.names().drain_dropped();
    if (!names.empty()) outlets_.leave_names(std::move(names));
    auto dropped = modules().drain_dropped();
    if (dropped.empty()) return;
    dropped_.add(dropped.size());
    outlets_.leave(std::move(dropped));
}

void ShardPump::tell_of_bounds() {
    const auto refused = shard_.drain_refusals();
    tell_of_bound(
        modules_bound_,
        refused.modules,
        modules().limits().max_modules,
        "modules are held; --max-modules raises that"
    );
    tell_of_bound(
        unknown_bound_,
        refused.unknown,
        modules().limits().max_unknown,
        "modules have no route, or not yet; --max-unknown-modules raises that"
    );
    tell_of_bound(
        waits_bound_,
        refused.waits,
        Waiters::kMax,
        "first questions wait for their routes; others find them when they ask again"
    );
    tell_of_bound(
        names_bound_,
        refused.names,
        shard_.names().size(),
        "names are held; --max-unknown-modules bounds those that stand for nothing, and "
        "--max-modules all"
    );
}

void ShardPump::tell_of_bound(
    BoundNotice& notice, std::uint64_t refused, std::size_t bound, const char* of_what
) {
    switch (notice.note(refused, now())) {
        case BoundNotice::Say::reached:
            log_.warn(
                "shard {} answers NOEXIST for further modules: {} {}",
                shard_.index(),
                bound,
                of_what
            );
            break;
        case BoundNotice::Say::over:
            log_.info(
                "shard {} has room for further modules again; {} questions found none",
                shard_.index(),
                notice.take_refused()
            );
            break;
        case BoundNotice::Say::nothing:
            break;
    }
}

void ShardPump::flush_calls() {
    auto calls = modules().drain_calls(kEndpointsAtOnce, now());
    if (!calls.empty()) outlets_.report(std::move(calls));
}

}  // namespace lars::agent
