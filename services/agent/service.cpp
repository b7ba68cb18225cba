#include "agent/service.hpp"

#include "runtime/sleep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

namespace lars::agent {
namespace {

// With another peer to go to, one that says nothing is given up within a second.
constexpr auto kHeartbeatOfSeveral = std::chrono::milliseconds(300);
// How soon a change of the host's addresses is noticed, where no connection tells of it.
constexpr auto kLookAtInterfaces = std::chrono::seconds(5);

net::LinkOptions link_to(
    const std::vector<runtime::PeerAddress>& peers,
    net::PeerExpectation expected = net::PeerExpectation::either
) {
    net::LinkOptions options;
    options.peers = peers;
    options.expected = expected;
    if (peers.size() > 1) options.session.heartbeat = kHeartbeatOfSeveral;
    return options;
}

}  // namespace

Service::Service(
    runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
)
    : runtime_(runtime),
      options_(std::move(options)),
      metrics_(metrics),
      log_(log),
      protobuf_log_([&log](const std::string& line) { log.warn("{}", line); }),
      self_{.role = ROLE_AGENT, .shards = options_.shards},
      host_address_(options_.caller),
      keeper_(runtime.executor(0), options_.route_file, metrics, log),
      names_(options_.shards),
      dns_(runtime.executor(0), link_to(options_.dns), self_, sink(), metrics, log),
      reporter_(
          runtime.executor(0),
          {.link = link_to(options_.reporter, options_.reporter_kind), .batches = {}, .caller = 0},
          self_,
          metrics,
          log
      ),
      registry_(
          runtime.executor(0),
          {.socket = options_.socket,
           .socket_required = options_.socket_is_set,
           .services = options_.services_directory,
           .state = options_.state_directory,
           .zone = options_.zone},
          [this](const wire::Announcement& announcement) { dns_.announce(announcement); },
          [this] { dns_.go_elsewhere(); },
          metrics,
          log
      ),
      call_metrics_("lars_agent", options_.call_metrics),
      links_(runtime.executor(0), log) {
    metrics.add_text([this] { return call_metrics_.text(); });
    subscribe(keeper_);
}

void Service::subscribe(RouteSubscriber& subscriber) {
    route_subscribers_.push_back(&subscriber);
}

std::size_t Service::context_of(std::size_t shard) const {
    return (shard + 1) % runtime_.size();
}

void Service::start() {
    open_shards();
    warn_of_small_buffers(shards_.front()->socket(), options_.buffers, log_);
    for (auto& shard : shards_) shard->start();
    if (host_address_.note_interfaces(find_host_interfaces())) say_host_address();
    registry_.start();
    if (registry_.any()) dns_.stay_close();
    links_.spawn("host address", watch_interfaces());
    links_.spawn("route file", keeper_.run());
    links_.spawn("link to dns", dns_.run());
    links_.spawn("link to reporter", reporter_.run());
    log_.info(
        "agent serves {} shards from UDP {}", options_.shards, to_string(shards_.front()->local())
    );
    if (const auto why = runtime::why_unreachable(local())) log_.warn("{}", *why);
}

http::Readiness Service::readiness() const {
    http::Readiness readiness;
    auto no_dns = dns_.trouble();
    if (!ready_) readiness.problems.push_back("no routes: none is left from before the start");
    if (no_dns) {
        auto& lines = ready_ ? readiness.remarks : readiness.problems;
        lines.push_back(std::move(*no_dns));
    }
    for (auto& each : registry_.remarks()) readiness.remarks.push_back(std::move(each));
    if (auto no_reporter = reporter_.trouble()) readiness.remarks.push_back(*no_reporter);
    if (auto why = runtime::why_unreachable(options_.udp)) {
        readiness.problems.push_back(std::move(*why));
    }
    return readiness;
}

std::string Service::context_name(std::size_t index) const {
    return index == 0 ? "links" : "shard " + std::to_string(index - 1);
}

void Service::reconfigure(const Options& options) {
    dns_.set_options(link_to(options.dns));
    reporter_.set_options(link_to(options.reporter, options.reporter_kind));
    registry_.set_zone(options.zone);
    for (auto& shard : shards_) shard->post_options(options);
}

// With port 0, shard 0 takes any free port and the others must follow it: several attempts.
void Service::open_shards() {
    std::vector<lb::EndpointTablePtr> known;
    for (const auto& route : keeper_.take_restored()) {
        known.push_back(std::make_shared<const lb::EndpointTable>(route));
    }
    ready_ = !known.empty();
    std::vector<std::vector<NameUpdate>> names(options_.shards);
    for (const auto& name : keeper_.take_restored_names()) {
        for (const auto shard : names_.restore(name)) names[shard].push_back(name);
    }
    std::vector<metrics::Registry*> counts;
    for (std::size_t i = 0; i < options_.shards; ++i) counts.push_back(&metrics_.part());
    const int attempts = options_.udp.port == 0 ? 50 : 1;
    for (int attempt = 1; shards_.empty(); ++attempt) {
        auto listen = options_.udp;
        try {
            for (std::size_t i = 0; i < options_.shards; ++i) {
                shards_.push_back(std::make_unique<ShardPump>(
                    runtime_.executor(context_of(i)),
                    Shard::Place{i, options_.shards},
                    listen,
                    known,
                    names[i],
                    options_,
                    self_,
                    outlets(i),
                    *counts[i],
                    log_
                ));
                listen.port = static_cast<std::uint16_t>(shards_.front()->local().port + i + 1);
                if (listen.port == 0 && i + 1 < options_.shards) {
                    throw runtime::StartError("the ports of the shards would end above 65535");
                }
            }
        } catch (const runtime::StartError&) {
            shards_.clear();
            if (attempt == attempts) throw;
        }
    }
}

ShardPump::Outlets Service::outlets(std::size_t shard) {
    ShardPump::Outlets outlets;
    outlets.pull = [this](std::vector<Pull> pulls) {
        auto ask = [this, pulls = std::move(pulls)] { dns_.pull(pulls); };
        asio::post(runtime_.executor(0), std::move(ask));
    };
    outlets.report = [this](std::vector<ModuleCalls> calls) {
        auto add = [this, calls = std::move(calls)] { add_calls(calls); };
        asio::post(runtime_.executor(0), std::move(add));
    };
    outlets.leave = [this](std::vector<ModuleId> modules) {
        auto leave = [this, modules = std::move(modules)] { dns_.leave(modules); };
        asio::post(runtime_.executor(0), std::move(leave));
    };
    outlets.publish = [this](RouteUpdate update) {
        auto publish = [this, update = std::move(update)] {
            for (auto* subscriber : route_subscribers_) subscriber->on_route(update);
        };
        asio::post(runtime_.executor(0), std::move(publish));
    };
    outlets.publish_origin = [this](ModuleId module, RouteOrigin origin) {
        auto publish = [this, module, origin] {
            for (auto* subscriber : route_subscribers_) subscriber->on_origin(module, origin);
        };
        asio::post(runtime_.executor(0), std::move(publish));
    };
    outlets.want_names = [this, shard](std::vector<std::string> names) {
        auto want = [this, shard, names = std::move(names)] { want_names(names, shard); };
        asio::post(runtime_.executor(0), std::move(want));
    };
    outlets.leave_names = [this, shard](std::vector<std::string> names) {
        auto leave = [this, shard, names = std::move(names)] { leave_names(names, shard); };
        asio::post(runtime_.executor(0), std::move(leave));
    };
    outlets.shard = [this](std::size_t index) -> ShardPump& { return *shards_[index]; };
    return outlets;
}

DnsLink::Sink Service::sink() {
    DnsLink::Sink sink;
    sink.on_route = [this](RouteUpdate update) {
        const auto owner = shard_of(update.endpoint_table->module(), shards_.size());
        shards_[owner]->post_route(std::move(update));
    };
    sink.on_unchanged = [this](const RouteConfirmation& confirmation) {
        const auto owner = shard_of(confirmation.module, shards_.size());
        shards_[owner]->post_confirmation(confirmation);
    };
    sink.on_address = [this](const Endpoint& local) {
        if (host_address_.note_dns_session(local)) say_host_address();
    };
    sink.on_connection = [this](bool connected) {
        dns_connected_ = connected;
        if (connected) ready_ = true;
        for (auto& shard : shards_) shard->post_connection(connected);
    };
    sink.on_name = [this](const NameUpdate& update) { receive_name(update); };
    sink.on_names_reachable = [this](bool reachable) {
        names_.drain_new();
        if (reachable) dns_.pull_names(names_.all());
        for (auto& shard : shards_) shard->post_names_reachable(reachable);
    };
    sink.on_registration_reachable = [this](bool reachable) { registry_.note_dns(reachable); };
    sink.on_announce_ack = [this](const AnnounceAck& ack) { registry_.note_ack(ack); };
    return sink;
}

void Service::want_names(const std::vector<std::string>& names, std::size_t shard) {
    for (const auto& name : names) {
        const auto known = names_.want(name, shard);
        if (!known) continue;
        if (const auto& module = known->meaning.module) {
            // It is sent the questions.
            const auto owner = shard_of(*module, shards_.size());
            if (owner != shard && names_.want(name, owner)) shards_[owner]->post_name(*known);
        }
        shards_[shard]->post_name(*known);
    }
    dns_.pull_names(names_.drain_new());
}

// A shard that was told of the name meanwhile would hear no more of it.
void Service::leave_names(const std::vector<std::string>& names, std::size_t shard) {
    for (const auto& name : names) {
        shards_[shard]->post_forget(name);
        if (!names_.leave(name, shard)) continue;
        dns_.leave_name(name);
        keeper_.on_name({name, {}});
    }
}

void Service::receive_name(const NameUpdate& update) {
    const auto concerned = names_.receive(update);
    for (const auto shard : concerned) shards_[shard]->post_name(update);
    if (names_.holds(update)) keeper_.on_name(update);
}

void Service::say_host_address() {
    reporter_.set_caller(host_address_.ipv4());
    registry_.set_host_address(host_address_.ipv4());
    const auto level = host_address_.in_doubt() ? spdlog::level::warn : spdlog::level::info;
    log_.log(level, host_address_.describe());
}

Awaitable<> Service::watch_interfaces() {
    while (true) {
        co_await runtime::sleep_for(runtime_.executor(0), kLookAtInterfaces);
        if (host_address_.note_interfaces(find_host_interfaces())) say_host_address();
    }
}

void Service::add_calls(const std::vector<ModuleCalls>& calls) {
    reporter_.add(calls);
    for (const auto& module : calls) {
        for (const auto& each : module.endpoints) {
            call_metrics_.add(module.module, each.endpoint, each.sums());
        }
    }
}

Awaitable<> Service::stop() {
    for (std::size_t i = 0; i < shards_.size(); ++i) {
        auto stopping = shards_[i]->stop();
        const auto executor = runtime_.executor(context_of(i));
        co_await asio::co_spawn(executor, std::move(stopping), asio::deferred);
    }
    // The shards' last calls were posted to this context before they stopped: let them arrive.
    co_await asio::post(runtime_.executor(0), asio::deferred);
    // Most of the drain time is the reporter's; the rest is for whoever stops after us.
    co_await reporter_.drain(Clock::now() + options_.drain_timeout / 2);
    co_await registry_.stop();
    links_.cancel();
    co_await links_.join();
    keeper_.flush();
}

}  // namespace lars::agent
