#include "agent/shard_pump.hpp"

#include <boost/asio/post.hpp>

#include <random>

namespace lars::agent {
namespace {

// How many datagrams are answered before timers and posted routes get their turn.
constexpr int kBurst = 64;
constexpr auto kTick = std::chrono::milliseconds(50);

lb::Time now() {
    return net::Clock::now().time_since_epoch();
}

lb::Random random_seed() {
    std::random_device device;
    return lb::Random((std::uint64_t{device()} << 32) | device());
}

ModuleTable table_of(
    std::span<const Route> known,
    const Shard::Place& place,
    const Options& options,
    Balancing& balancing
) {
    ModuleTable table(
        {.update_timeout = options.update_timeout, .max_unknown = options.max_unknown_modules},
        [&balancing](const Route& route) { return balancing.policy_for(route); },
        &balancing.listener()
    );
    for (const auto& route : known) {
        if (shard_of(route.module, place.shards) == place.index) table.restore(route, now());
    }
    return table;
}

}  // namespace

ShardPump::ShardPump(
    const net::asio::any_io_executor& executor,
    Shard::Place place,
    const Endpoint& listen,
    std::span<const Route> known,
    const Options& options,
    const net::Identity& self,
    Outlets outlets,
    net::Metrics& metrics,
    spdlog::logger& log
)
    : executor_(executor),
      outlets_(std::move(outlets)),
      report_interval_(options.report_interval),
      balancing_(balancing_defaults(options), metrics, log),
      modules_(table_of(known, place, options, balancing_)),
      shard_(place, modules_, random_seed(), self, metrics),
      socket_(executor, listen, options.buffers),
      account_(socket_, place.index, metrics),
      tasks_(executor, log) {}

void ShardPump::start() {
    tasks_.spawn("shard", serve());
    tasks_.spawn("shard clock", tick());
}

net::Awaitable<> ShardPump::stop() {
    tasks_.cancel();
    co_await tasks_.join();
    socket_.flush();
    account_.refresh();
    socket_.close();
    flush_calls();
}

net::Awaitable<> ShardPump::serve() {
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
            co_await net::asio::post(executor_, net::asio::deferred);
        } else {
            co_await socket_.readable();
        }
    }
}

void ShardPump::answer(const net::Datagram& datagram) {
    const auto answer = shard_.handle(datagram.bytes, now());
    if (answer.owner) {
        forward(*answer.owner, datagram);
    } else if (!answer.reply.empty()) {
        send(datagram.from, answer.reply);
    }
}

void ShardPump::forward(std::size_t owner, const net::Datagram& datagram) {
    using Bytes = std::vector<std::uint8_t>;
    auto& other = outlets_.shard(owner);
    auto ask = [this,
                &other,
                from = datagram.from,
                bytes = Bytes(datagram.bytes.begin(), datagram.bytes.end())] {
        const auto answer = other.shard_.handle(bytes, now());
        if (answer.reply.empty()) return;
        auto give_back = [this, from, reply = Bytes(answer.reply.begin(), answer.reply.end())] {
            send(from, reply);
        };
        net::asio::post(executor_, std::move(give_back));
        if (other.modules_.pulls_wanted()) other.flush_pulls();
    };
    net::asio::post(other.executor_, std::move(ask));
}

void ShardPump::send(const net::udp::endpoint& to, std::span<const std::uint8_t> reply) {
    socket_.send(to, reply);
}

net::Awaitable<> ShardPump::tick() {
    net::asio::steady_timer timer(executor_);
    auto next_report = net::Clock::now() + report_interval_;
    while (true) {
        timer.expires_after(kTick);
        co_await timer.async_wait(net::nothrow);
        account_.refresh();
        modules_.advance(now());
        flush_pulls();
        if (net::Clock::now() >= next_report) {
            next_report = net::Clock::now() + report_interval_;
            flush_calls();
        }
    }
}

void ShardPump::post_route(DnsLink::Route route) {
    auto take = [this, route = std::move(route)]() mutable { set_route(std::move(route)); };
    net::asio::post(executor_, std::move(take));
}

void ShardPump::set_route(DnsLink::Route route) {
    if (route.unchanged) return;
    const auto id = route.route.module;
    const bool changed = modules_.set_route(std::move(route.route), route.source, now());
    if (changed) outlets_.keep(modules_.find(id)->route());
}

void ShardPump::post_ask_all() {
    auto ask = [this] {
        modules_.ask_all();
        flush_pulls();
    };
    net::asio::post(executor_, std::move(ask));
}

void ShardPump::flush_pulls() {
    auto pulls = modules_.take_pulls(now());
    if (!pulls.empty()) outlets_.pull(std::move(pulls));
}

void ShardPump::flush_calls() {
    auto calls = modules_.take_calls();
    if (!calls.empty()) outlets_.report(std::move(calls));
}

}  // namespace lars::agent
