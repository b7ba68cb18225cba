#include "agent/shard.hpp"

#include "wire/endpoint.hpp"
#include "wire/frame.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

namespace lars::agent {

Shard::Shard(
    Place place,
    ModuleTable& modules,
    const lb::Random& random,
    wire::Identity self,
    metrics::Registry& metrics
)
    : place_(place),
      modules_(modules),
      random_(random),
      self_(self),
      bad_input_(metrics),
      reports_(metrics.counter("lars_agent_reports_total", "Reports of known endpoints")),
      strange_reports_(metrics.counter(
          "lars_agent_strange_reports_total", "Reports of modules or endpoints not held"
      )),
      misdirected_(metrics.counter(
          "lars_agent_misdirected_total", "Datagrams that came to another shard's port"
      )),
      refused_(metrics.counter(
          "lars_agent_modules_refused_total", "Questions for modules beyond the most that are held"
      )),
      truncated_(
          metrics.counter("lars_agent_truncated_total", "Routes cut to what a datagram can carry")
      ),
      arena_(arena_block_.data(), arena_block_.size()) {
    for (std::size_t code = 0; code < answers_.size(); ++code) {
        answers_[code] = &metrics.counter(
            "lars_agent_get_host_total",
            "get_host answered, by return code",
            {{"code", to_string(static_cast<ReturnCode>(code))}}
        );
    }
}

Shard::Answer Shard::handle(std::span<const std::uint8_t> datagram, lb::Time now) {
    arena_.Reset();
    if (!well_formed(datagram)) return {};
    const auto header = decode_header(datagram.first<kFrameHeaderSize>());
    const auto body = datagram.subspan(kFrameHeaderSize);
    switch (header.msgid) {
        case ID_GetHostRequest:
            return get_host(body, now);
        case ID_ReportRequest:
            return report(body, now);
        case ID_API_GetRouteRequest:
            return get_route(body, now);
        case ID_Hello:
            return hello(body);
        default:
            bad_input_.count(Errc::unknown_message);
            return {};
    }
}

bool Shard::well_formed(std::span<const std::uint8_t> datagram) {
    if (datagram.size() < kFrameHeaderSize) {
        bad_input_.count(Errc::short_header);
        return false;
    }
    const auto length = decode_header(datagram.first<kFrameHeaderSize>()).msglen;
    if (length < 0) {
        bad_input_.count(Errc::negative_length);
        return false;
    }
    if (static_cast<std::size_t>(length) > kMaxUdpBody) {
        bad_input_.count(Errc::oversized_length);
        return false;
    }
    if (static_cast<std::size_t>(length) != datagram.size() - kFrameHeaderSize) {
        bad_input_.count(Errc::length_mismatch);
        return false;
    }
    return true;
}

Shard::Answer Shard::get_host(std::span<const std::uint8_t> body, lb::Time now) {
    auto& request = fresh<GetHostRequest>();
    if (!parse(body, request)) return {};
    const auto id = wire::module_of(request);
    if (const auto owner = other_owner(id)) return {.reply = {}, .owner = owner, .first = {}};

    const auto seq = request.seq();
    lb::Pick pick;
    Answer answer;
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
    } else if (auto* module = modules_.use(id, now); !module) {
        refused_.add();
    } else if (auto* balancer = module->balancer()) {
        pick = balancer->pick({}, now, random_);
    } else if (request.wait_ms() > 0 && !module->answered()) {
        answer.first = First{id, seq, std::chrono::milliseconds(request.wait_ms())};
    }
    if (!answer.first) count(pick.code);
    answer.reply = reply_host(id, seq, pick);
    return answer;
}

std::span<const std::uint8_t> Shard::answer_late(ModuleId id, std::uint32_t seq, lb::Time now) {
    arena_.Reset();
    lb::Pick pick;
    auto* module = modules_.find(id);
    if (module && module->balancer()) pick = module->balancer()->pick({}, now, random_);
    count(pick.code);
    return reply_host(id, seq, pick);
}

void Shard::count(ReturnCode code) {
    answers_[static_cast<std::size_t>(code)]->add();
}

std::span<const std::uint8_t> Shard::reply_host(
    ModuleId id, std::uint32_t seq, const lb::Pick& pick
) {
    auto& response = fresh<GetHostResponse>();
    response.set_seq(seq);
    wire::set_module(id, response);
    response.set_retcode(static_cast<std::int32_t>(pick.code));
    if (pick.code == ReturnCode::succ) wire::to_wire(pick.endpoint, *response.mutable_host());
    return reply(ID_GetHostResponse, response);
}

Shard::Answer Shard::get_route(std::span<const std::uint8_t> body, lb::Time now) {
    auto& request = fresh<GetRouteRequest>();
    if (!parse(body, request)) return {};
    const auto id = wire::module_of(request);
    if (const auto owner = other_owner(id)) return {.reply = {}, .owner = owner, .first = {}};

    auto& response = fresh<GetRouteResponse>();
    wire::set_module(id, response);
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
    } else if (auto* module = modules_.use(id, now); !module) {
        refused_.add();
    } else if (const auto* balancer = module->balancer()) {
        const auto& endpoint_table = balancer->endpoint_table();
        if (!endpoint_table.policy().name.empty()) {
            wire::to_wire(endpoint_table.policy(), *response.mutable_policy());
        }
        add_hosts(endpoint_table, response);
    }
    return {.reply = reply(ID_API_GetRouteResponse, response), .owner = {}, .first = {}};
}

// An original client gets the original's bytes, as long as the route has nothing that the original
// doesn't know.
void Shard::add_hosts(const lb::EndpointTable& endpoint_table, GetRouteResponse& response) {
    wire::HostWriter hosts(response, kMaxUdpBody);
    for (lb::Slot slot = 0; slot < endpoint_table.size(); ++slot) {
        const auto weight = endpoint_table.configured_weight(slot);
        if (hosts.add(endpoint_table.endpoint(slot), weight, endpoint_table.zone(slot))) continue;
        truncated_.add();
        return;
    }
}

Shard::Answer Shard::report(std::span<const std::uint8_t> body, lb::Time now) {
    auto& request = fresh<ReportRequest>();
    if (!parse(body, request)) return {};
    const auto id = wire::module_of(request);
    if (!id.valid()) {
        bad_input_.count(Errc::negative_module);
        return {};
    }
    if (const auto owner = other_owner(id)) return {.reply = {}, .owner = owner, .first = {}};
    const auto endpoint = wire::from_wire(request.host());
    if (!endpoint) {
        bad_input_.count(Errc::bad_endpoint);
        return {};
    }
    lb::Call call;
    if (request.retcode() != 0) call.outcome = lb::CallOutcome::failure;
    if (request.has_latency_us()) call.latency.emplace(request.latency_us());
    const bool known = modules_.report(id, *endpoint, call, now);
    (known ? reports_ : strange_reports_).add();
    return {};
}

Shard::Answer Shard::hello(std::span<const std::uint8_t> body) {
    auto& request = fresh<Hello>();
    if (!parse(body, request)) return {};
    return {.reply = reply(ID_HelloAck, wire::hello_ack_of(self_)), .owner = {}, .first = {}};
}

bool Shard::parse(std::span<const std::uint8_t> body, google::protobuf::MessageLite& message) {
    if (wire::parse_body(body, message)) return true;
    bad_input_.count(Errc::undecodable_body);
    return false;
}

std::optional<std::size_t> Shard::other_owner(ModuleId id) {
    if (!id.valid()) return std::nullopt;  // owned by nobody: answered where it came
    const auto owner = shard_of(id, place_.shards);
    if (owner == place_.index) return std::nullopt;
    misdirected_.add();
    return owner;
}

std::span<const std::uint8_t> Shard::reply(
    MessageId id, const google::protobuf::MessageLite& body
) {
    out_.clear();
    wire::append_frame(out_, id, body);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(out_.data());
    return {bytes, out_.size()};
}

}  // namespace lars::agent
