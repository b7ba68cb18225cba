#include "upstream.hpp"

#include "net/dispatcher.hpp"
#include "net/serve_frames.hpp"
#include "wire/route.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace lars::bench {
namespace {

// Bytes of answers that may wait for the agent to read them.
constexpr std::size_t kMaxUnsent = 1 << 20;
constexpr std::string_view kNames = "module-";

GetRouteResponse answer_to(const GetRouteRequest& request, const Route& route, std::size_t limit) {
    const auto etag = etag_of(route);
    if (request.etag() != etag) return wire::to_wire(route, etag, limit);
    GetRouteResponse unchanged;
    unchanged.set_modid(route.module.modid);
    unchanged.set_cmdid(route.module.cmdid);
    unchanged.set_etag(etag);
    unchanged.set_unchanged(true);
    return unchanged;
}

NameResponse answer_to(const NameRequest& request) {
    NameResponse response;
    response.set_name(request.name());
    const std::string_view name = request.name();
    std::int32_t modid = 0;
    const auto begin = std::min(name.size(), kNames.size());
    std::from_chars(name.data() + begin, name.data() + name.size(), modid);
    const ModuleId module{modid, 1};
    response.set_missing(example_name(module) != name);
    if (response.missing()) return response;
    response.set_modid(module.modid);
    response.set_cmdid(module.cmdid);
    return response;
}

ReportAck acknowledge(const ReportStatusRequest& request) {
    ReportAck ack;
    ack.set_instance(request.instance());
    ack.set_seq(request.seq());
    return ack;
}

}  // namespace

Upstream::Upstream(
    runtime::Runtime& runtime, RouteOf route_of, metrics::Registry& metrics, spdlog::logger& log
)
    : runtime_(runtime),
      route_of_(std::move(route_of)),
      bad_input_(metrics),
      server_(
          runtime,
          {.listen = Endpoint::from_ipv4(0x7F000001, 0), .contexts = 1},
          {.role = ROLE_DNS, .capabilities = CAPABILITY_NAMES},
          [this](net::Session& session, std::size_t) { return serve(session); },
          metrics,
          log
      ) {}

void Upstream::push(const Route& route) {
    auto send = [this, route] {
        for (auto* session : sessions_) {
            const auto response = wire::to_wire(route, etag_of(route), session->max_body());
            session->send(ID_GetRouteResponse, response);
        }
    };
    asio::post(runtime_.executor(0), std::move(send));
}

Awaitable<> Upstream::serve(net::Session& session) {
    struct Listed {
        Listed(std::set<net::Session*>& all, net::Session* one) : sessions(all), session(one) {
            sessions.insert(session);
        }
        ~Listed() { sessions.erase(session); }
        std::set<net::Session*>& sessions;
        net::Session* session;
    } const listed(sessions_, &session);

    net::Dispatcher<> dispatch(bad_input_);
    const auto on_question = [this, &session](const GetRouteRequest& request) {
        const auto route = route_of_({request.modid(), request.cmdid()});
        session.send(ID_GetRouteResponse, answer_to(request, route, session.max_body()));
    };
    const auto on_calls = [&session](const ReportStatusRequest& request) {
        if (!request.more()) session.send(ID_ReportAck, acknowledge(request));
    };
    const auto on_name = [&session](const NameRequest& request) {
        if (!request.leave()) session.send(ID_NameResponse, answer_to(request));
    };
    dispatch.on<GetRouteRequest>(ID_GetRouteRequest, on_question);
    dispatch.on<NameRequest>(ID_NameRequest, on_name);
    dispatch.on<ReportStatusRequest>(ID_ReportStatusRequest, on_calls);
    co_await net::serve_frames(session, dispatch, kMaxUnsent);
}

std::string example_name(ModuleId module) {
    return std::string(kNames) + std::to_string(module.modid);
}

Route example_route(ModuleId module, int endpoints) {
    Route route;
    route.module = module;
    for (int i = 0; i < endpoints; ++i) {
        const auto address = 0x0A000001 + static_cast<std::uint32_t>(i);
        route.endpoints.push_back({Endpoint::from_ipv4(address, 80), kDefaultWeight, ""});
    }
    canonicalize(route);
    return route;
}

}  // namespace lars::bench
