#include "dns/service.hpp"

#include "net/dispatcher.hpp"

#include <boost/asio/post.hpp>

namespace lars::dns {
namespace {

net::TcpServerOptions server_options(const Options& options) {
    return {options.listen, options.max_connections, options.session};
}

}  // namespace

Service::Service(net::Runtime& runtime, Options options, net::Metrics& metrics, spdlog::logger& log)
    : runtime_(runtime),
      options_(std::move(options)),
      metrics_(metrics),
      log_(log),
      feed_(
          runtime.executor(0),
          options_,
          [this](auto changed) { publish(std::move(changed)); },
          metrics,
          log
      ),
      feeding_(runtime.executor(0), log),
      server_(
          runtime,
          server_options(options_),
          net::Identity{.role = ROLE_DNS},
          [this](net::Session& session, std::size_t context) { return serve(session, context); },
          metrics,
          log
      ) {
    for (std::size_t i = 0; i < runtime.size(); ++i) {
        desks_.push_back(std::make_unique<Desk>(options_.max_subscriptions, metrics));
    }
}

void Service::start() {
    server_.start();
    feeding_.spawn("route feed", feed_.run());
    log_.info("dns serves {} from {}", store::to_string(options_.store), to_string(local()));
}

net::Awaitable<> Service::stop() {
    co_await server_.stop();
    feeding_.cancel();
    co_await feeding_.join();
}

net::Awaitable<> Service::serve(net::Session& session, std::size_t context) {
    auto& desk = *desks_[context];
    struct Leave {
        Desk& desk;
        net::Session& session;
        ~Leave() { desk.leave(session); }
    } const leave{desk, session};

    net::BadInput bad_input(metrics_);
    net::Dispatcher dispatch(bad_input);
    const auto on_request = [&](const GetRouteRequest& request) { desk.ask(session, request); };
    dispatch.on<GetRouteRequest>(ID_GetRouteRequest, on_request);
    while (co_await session.fill()) {
        while (const auto frame = session.next()) dispatch(*frame);
    }
}

void Service::publish(std::vector<RoutePtr> changed) {
    ready_ = true;
    for (std::size_t i = 0; i < desks_.size(); ++i) {
        auto take = [desk = desks_[i].get(), changed] { desk->publish(changed); };
        net::asio::post(runtime_.executor(i), std::move(take));
    }
}

}  // namespace lars::dns
