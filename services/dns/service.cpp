#include "dns/service.hpp"

#include "admin/look.hpp"
#include "net/serve_frames.hpp"
#include "runtime/run_on.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace lars::dns {
namespace {

// A publication of a whole large table is published in parts of so many routes and names, so that
// requests are answered in between.
constexpr std::size_t kRoutesAtOnce = 500;
// Bytes of answers that may wait for a session to read them before its next request is answered.
// Far below the high-water mark: only what is pushed can reach that.
constexpr std::size_t kMaxUnsentAnswers = 256 << 10;
// All agents together may name so many times what one may of modules without a route.
constexpr std::size_t kUnknownOfAll = 100;

template <class Item>
std::vector<Item> part_of(const std::vector<Item>& all, std::size_t first) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(std::min(first, all.size()));
    const auto count = std::min(kRoutesAtOnce, static_cast<std::size_t>(all.end() - begin));
    return {begin, begin + static_cast<std::ptrdiff_t>(count)};
}

net::TcpServerOptions server_options(const Options& options) {
    return {
        .listen = options.listen,
        .max_connections = options.max_connections,
        .session = options.session,
        .contexts = options.threads,
        .doors = net::TcpServerOptions::Doors::closed};
}

SubscriptionLimits limits(const Options& options) {
    return {
        .per_session = options.max_subscriptions,
        .unknown_per_session = options.max_unknown_subscriptions,
        .unknown = kUnknownOfAll * options.max_unknown_subscriptions};
}

}  // namespace

Service::Service(
    runtime::Runtime& runtime, Options options, metrics::Registry& metrics, spdlog::logger& log
)
    : runtime_(runtime),
      options_(std::move(options)),
      log_(log),
      protobuf_log_([&log](const std::string& line) { log.warn("{}", line); }),
      feed_executor_(runtime.executor(runtime.size() - 1)),
      feed_(
          feed_executor_,
          options_,
          [this](auto publication) { publish(std::move(publication)); },
          metrics,
          log
      ),
      presence_(feed_executor_, options_.store, options_.lease, metrics, log),
      registrar_(
          feed_executor_,
          options_.store,
          options_.lease,
          presence_,
          {.answer = [this](const auto& to, auto ack) { answer(to, std::move(ack)); },
           .on_stored = [this] { note_written(); },
           .on_sessions = [this] { expirer_.look_now(); }},
          metrics,
          log
      ),
      expirer_(
          feed_executor_,
          options_.store,
          {.lease = options_.lease},
          presence_,
          {.on_expired = [this] { note_written(); },
           .heard = [this] { return heard_owners(); },
           .on_held = [this](auto held) { feed_.note_held_owners(std::move(held)); }},
          metrics,
          log
      ),
      feeding_(feed_executor_, log),
      metrics_(metrics),
      server_(
          runtime,
          server_options(options_),
          wire::Identity{
              .role = ROLE_DNS, .capabilities = CAPABILITY_NAMES | CAPABILITY_REGISTRATION},
          [this](net::Session& session, std::size_t context) { return serve(session, context); },
          metrics,
          log
      ) {
    for (std::size_t i = 0; i < options_.threads; ++i) {
        publishers_.push_back(std::make_unique<Publisher>(
            limits(options_),
            subscriptions_,
            name_subscriptions_,
            [this](const HeldChange& change) {
                asio::post(feed_executor_, [this, change] { feed_.note_held(change); });
            },
            metrics,
            log
        ));
        announcing_.push_back(std::make_unique<AnnounceFace>(
            i, options_.lease, options_.register_services, announce_outlets(), metrics
        ));
        pushing_.push_back(std::make_unique<runtime::TaskGroup>(runtime.executor(i), log));
        publishers_[i]->on_announce([face = announcing_[i].get()](
                                        auto& session, const auto& request
                                    ) { face->handle(session, request); });
    }
    feed_.on_reload([this] { registrar_.ask_all_again(); });
    metrics.gauge("lars_dns_sessions", "Agents connected", [this] {
        return static_cast<double>(server_.connections());
    });
    metrics.gauge("lars_dns_subscriptions", "Modules of sessions that hear of changes", [this] {
        return static_cast<double>(subscriptions_.all);
    });
    metrics.gauge("lars_dns_name_subscriptions", "Names of sessions that hear of changes", [this] {
        return static_cast<double>(name_subscriptions_.all);
    });
    metrics.gauge("lars_dns_unknown_subscriptions", "Of those, modules without a route", [this] {
        return static_cast<double>(subscriptions_.unknown);
    });
}

void Service::start() {
    server_.start();
    for (std::size_t i = 0; i < publishers_.size(); ++i) {
        pushing_[i]->spawn("pushes", publishers_[i]->run(runtime_.executor(i)));
    }
    feeding_.spawn("route feed", feed_.run());
    feeding_.spawn("host look-ups", feed_.look_up_hosts());
    looks_.emplace(
        feed_executor_, local(), [this] { feed_.look_now(); }, metrics_, log_
    );
    feeding_.spawn("looks", looks_->run());
    if (looks_->open()) presence_.set_address(look_address());
    feeding_.spawn("presence", presence_.run());
    feeding_.spawn("registrar", registrar_.run());
    feeding_.spawn("expirer", expirer_.run());
    log_.info("dns serves {} from {}", store::to_string(options_.store), to_string(local()));
    if (const auto why = runtime::why_unreachable(local())) log_.warn("{}", *why);
}

http::Readiness Service::readiness() const {
    http::Readiness readiness;
    if (!ready_) readiness.problems.push_back("the routes haven't been loaded yet");
    if (auto why = feed_.trouble()) readiness.problems.push_back(std::move(*why));
    if (auto why = runtime::why_unreachable(options_.listen)) {
        readiness.problems.push_back(std::move(*why));
    }
    readiness.remarks = feed_.remarks();
    if (auto why = presence_.trouble()) readiness.remarks.push_back(std::move(*why));
    if (const auto held = expirer_.held_owners(); held > 0) {
        readiness.remarks.push_back(
            "the instances of " + std::to_string(held) +
            " agents that are gone are held; see: lars route held"
        );
    }
    return readiness;
}

std::string Service::context_name(std::size_t index) const {
    return index + 1 == runtime_.size() ? "route feed" : "sessions " + std::to_string(index);
}

void Service::reconfigure(const Options& options) {
    server_.set_max_connections(options.max_connections);
    for (std::size_t i = 0; i < publishers_.size(); ++i) {
        auto set = [publisher = publishers_[i].get(), limits = limits(options)] {
            publisher->set_limits(limits);
        };
        asio::post(runtime_.executor(i), std::move(set));
    }
}

Awaitable<> Service::stop() {
    co_await server_.stop();
    co_await asio::co_spawn(feed_executor_, stop_feed(), asio::deferred);
    for (std::size_t i = 0; i < pushing_.size(); ++i) {
        auto stopping = stop_pushing(i);
        co_await asio::co_spawn(runtime_.executor(i), std::move(stopping), asio::deferred);
    }
}

Awaitable<> Service::stop_pushing(std::size_t context) {
    pushing_[context]->cancel();
    co_await pushing_[context]->join();
}

Awaitable<> Service::stop_feed() {
    feeding_.cancel();
    co_await feeding_.join();
    co_await presence_.leave();
}

AnnounceFace::Outlets Service::announce_outlets() {
    AnnounceFace::Outlets outlets;
    outlets.announce = [this](const SessionKey& from, AgentPeer agent, wire::Announcement said) {
        auto hand_over = [this, from, agent = std::move(agent), said = std::move(said)]() mutable {
            registrar_.announce(from, agent, std::move(said));
        };
        asio::post(feed_executor_, std::move(hand_over));
    };
    outlets.end = [this](const SessionKey& session, Clock::time_point last_sign) {
        auto end = [this, session, last_sign] { registrar_.end(session, last_sign); };
        asio::post(feed_executor_, std::move(end));
    };
    return outlets;
}

Awaitable<ExpiryDecision::HeardOwners> Service::heard_owners() {
    ExpiryDecision::HeardOwners all;
    for (std::size_t i = 0; i < announcing_.size(); ++i) {
        const auto count = [face = announcing_[i].get()] { return face->heard(Clock::now()); };
        const auto there = runtime_.executor(i);
        auto asking = runtime::run_on(there, count);
        const auto some = co_await std::move(asking);
        all.owners += some.owners;
        all.silent += some.silent;
    }
    co_return all;
}

void Service::answer(const SessionKey& session, AnnounceAck ack) {
    auto hand_over = [this, session, ack = std::move(ack)] {
        announcing_[session.context]->answer(session, ack);
    };
    asio::post(runtime_.executor(session.context), std::move(hand_over));
}

// By this dns itself: it looks at once, and tells the others.
void Service::note_written() {
    feed_.look_now();
    admin::send_look(presence_.others());
}

// One that listens on all addresses is found by others on its machine only, unless it is told
// where.
std::string Service::look_address() const {
    if (!options_.look_address.empty()) return options_.look_address;
    const auto where = local();
    if (why_uncallable(where).empty()) return to_string(where);
    return to_string(Endpoint::from_ipv4(0x7F000001, where.port));
}

Awaitable<> Service::serve(net::Session& session, std::size_t context) {
    auto& publisher = *publishers_[context];
    struct Leave {
        Publisher& publisher;
        AnnounceFace& announcing;
        net::Session& session;
        ~Leave() {
            publisher.remove(session);
            announcing.remove(session);
        }
    } const leave{publisher, *announcing_[context], session};

    const auto handle = [&publisher, &session](const net::FrameView& frame) {
        publisher.handle_frame(session, frame);
    };
    co_await net::serve_frames(session, handle, kMaxUnsentAnswers);
}

void Service::publish(Publication publication) {
    const auto routes = std::move(publication.routes);
    const auto names = std::move(publication.names);
    const auto all = std::max(routes.size(), names.size());
    for (std::size_t first = 0; first == 0 || first < all; first += kRoutesAtOnce) {
        publication.routes = part_of(routes, first);
        publication.names = part_of(names, first);
        for (std::size_t i = 0; i < publishers_.size(); ++i) {
            auto hand_over = [publisher = publishers_[i].get(), publication] {
                publisher->publish(publication);
            };
            asio::post(runtime_.executor(i), std::move(hand_over));
        }
        publication.whole = false;
        publication.name_removals.clear();
    }
    if (std::exchange(published_, true)) return;
    // The first time, the doors open once every context has its routes: what is posted now runs
    // after them.
    for (std::size_t i = 0; i < publishers_.size(); ++i) {
        auto note_ready = [this] {
            if (++publishers_ready_ < publishers_.size()) return;
            server_.open_doors();
            ready_ = true;
        };
        asio::post(runtime_.executor(i), std::move(note_ready));
    }
}

}  // namespace lars::dns
