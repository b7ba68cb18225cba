#include "agent/datagram_face.hpp"

#include "agent/endpoint_states.hpp"
#include "base/tags.hpp"
#include "wire/endpoint.hpp"
#include "wire/frame.hpp"
#include "wire/module.hpp"
#include "wire/route.hpp"

#include <google/protobuf/io/coded_stream.h>

#include <utility>
#include <vector>

namespace lars::agent {
namespace {

/// Whether a request has only what the original's clients say. They read IPv4 addresses only.
bool is_original(const GetHostRequest& request) {
    return request.name().empty() && !request.has_hash_key() && !request.has_wait_ms() &&
           request.exclude().empty() && request.attempt() == 0 && request.select().empty();
}

bool selected(const lb::EndpointTable& endpoint_table, lb::Slot slot, std::string_view select) {
    return select.empty() || has_tag(endpoint_table.tags(slot), select);
}

lb::Slot count_selected(const lb::EndpointTable& endpoint_table, std::string_view select) {
    lb::Slot count = 0;
    for (lb::Slot slot = 0; slot < endpoint_table.size(); ++slot) {
        count += selected(endpoint_table, slot, select);
    }
    return count;
}

}  // namespace

/// Who asks in a datagram. Lives as long as it is handled.
class DatagramFace::Client final : public Asker {
public:
    Client(
        DatagramFace& face,
        const Origin& origin,
        ModuleId module,
        std::uint32_t seq,
        std::span<const std::uint8_t> body
    )
        : face_(face), origin_(origin), module_(module), seq_(seq), body_(body) {}

    LateReply late_reply() const override {
        return [&face = face_, origin = origin_, module = module_, seq = seq_](const auto& pick) {
            face.arena_.Reset();
            face.send_late_(origin, face.encode_host(module, seq, pick));
        };
    }

    AskAgain ask_again() const override {
        if (!face_.handle_again_) return {};
        const auto* begin = body_.data() - kFrameHeaderSize;
        std::vector<std::uint8_t> copy(begin, body_.data() + body_.size());
        return [&face = face_, origin = origin_, datagram = std::move(copy)] {
            face.handle_again_(origin, datagram);
        };
    }

private:
    DatagramFace& face_;
    const Origin& origin_;
    ModuleId module_;
    std::uint32_t seq_;
    std::span<const std::uint8_t> body_;  // of the datagram, behind its header
};

DatagramFace::DatagramFace(
    Shard& shard,
    const wire::Identity& self,
    SendLate send_late,
    metrics::Registry& metrics,
    HandleAgain handle_again
)
    : shard_(shard),
      self_(self),
      send_late_(std::move(send_late)),
      handle_again_(std::move(handle_again)),
      bad_input_(metrics),
      truncated_(metrics.counter(
          "lars_agent_truncated_total", "Routes of which a datagram carried the first part"
      )),
      bad_selectors_(metrics.counter(
          "lars_agent_bad_selectors_total", "Questions for endpoints with a tag that can't be one"
      )),
      exclude_ignored_(metrics.counter(
          "lars_agent_exclude_ignored_total",
          "Questions that left out more endpoints than a question may; the rest counts for nothing"
      )),
      bad_server_loads_(metrics.counter(
          "lars_agent_bad_server_loads_total", "Reports of a server's load that isn't from 0 to 1"
      )),
      arena_(arena_block_.data(), arena_block_.size()) {}

DatagramFace::Result DatagramFace::handle(
    std::span<const std::uint8_t> datagram, const Origin& origin, lb::Time now
) {
    arena_.Reset();
    if (!well_formed(datagram)) return {};
    const auto header = decode_header(datagram.first<kFrameHeaderSize>());
    const auto body = datagram.subspan(kFrameHeaderSize);
    switch (header.msgid) {
        case ID_GetHostRequest:
            return get_host(body, origin, now);
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

bool DatagramFace::well_formed(std::span<const std::uint8_t> datagram) {
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

bool DatagramFace::parse(
    std::span<const std::uint8_t> body, google::protobuf::MessageLite& message
) {
    if (wire::parse_body(body, message)) return true;
    bad_input_.count(Errc::undecodable_body);
    return false;
}

bool DatagramFace::parse(const NameField& parted, google::protobuf::MessageLite& message) {
    if (!parse(parted.before, message)) return false;
    if (parted.behind.empty()) return true;
    google::protobuf::io::CodedInputStream in(
        parted.behind.data(), static_cast<int>(parted.behind.size())
    );
    if (message.MergeFromCodedStream(&in) && in.ConsumedEntireMessage()) return true;
    bad_input_.count(Errc::undecodable_body);
    return false;
}

DatagramFace::Result DatagramFace::get_host(
    std::span<const std::uint8_t> body, const Origin& origin, lb::Time now
) {
    const auto parted = part_at_name(body);
    const auto name = parted.name;
    auto& request = fresh<GetHostRequest>();
    if (!parse(parted, request)) return {};
    auto id = wire::module_of(request);
    const auto max_wait = std::chrono::milliseconds(request.wait_ms());
    if (!name.empty()) {
        const Client stranger(*this, origin, {}, request.seq(), body);
        const auto named = shard_.find_module(name, max_wait, stranger, now);
        if (std::holds_alternative<Parked>(named)) return {.parked = true};
        const auto* module = std::get_if<ModuleId>(&named);
        if (!module) return {.reply = encode_host({}, request.seq(), {})};
        id = *module;
    }
    const Client client(*this, origin, id, request.seq(), body);
    std::array<Endpoint, lb::kMaxExcluded> exclude;
    auto context = context_of(request, exclude);
    context.ipv4_only = name.empty() && is_original(request);
    const HostQuery query{.module = id, .context = context, .max_wait = max_wait};
    const auto answer = shard_.get_host(query, client, now);
    if (const auto* pick = std::get_if<lb::Pick>(&answer)) {
        return {.reply = encode_host(id, request.seq(), *pick)};
    }
    if (const auto* forward = std::get_if<Forward>(&answer)) return {.forward_to = forward->shard};
    return {.parked = true};
}

lb::PickContext DatagramFace::context_of(
    const GetHostRequest& request, std::span<Endpoint, lb::kMaxExcluded> exclude
) {
    lb::PickContext context{.attempt = request.attempt()};
    if (request.has_hash_key()) context.hash_key = request.hash_key();
    if (!request.select().empty()) {
        context.select = request.select();
        if (!why_no_tag(context.select).empty()) bad_selectors_.add();  // nobody has it
    }
    std::size_t count = 0;
    for (const auto& each : request.exclude()) {
        if (count == exclude.size()) {
            exclude_ignored_.add();
            break;
        }
        if (const auto endpoint = wire::from_wire(each)) {
            exclude[count++] = *endpoint;
        } else {
            bad_input_.count(Errc::bad_endpoint);
        }
    }
    context.exclude = exclude.first(count);
    return context;
}

DatagramFace::Result DatagramFace::get_route(std::span<const std::uint8_t> body, lb::Time now) {
    const auto parted = part_at_name(body);
    const auto name = parted.name;
    auto& request = fresh<GetRouteRequest>();
    if (!parse(parted, request)) return {};
    auto& response = fresh<GetRouteResponse>();
    auto id = wire::module_of(request);
    if (!name.empty()) {
        const auto named = shard_.known_module(name, now);
        if (!named) return {.reply = encode(ID_API_GetRouteResponse, response)};
        id = *named;
    }
    const auto answer = shard_.get_route(id, now);
    if (const auto* forward = std::get_if<Forward>(&answer)) return {.forward_to = forward->shard};
    wire::set_module(id, response);
    if (!name.empty()) response.set_name(name.data(), name.size());
    if (const auto* balancer = std::get<const lb::Balancer*>(answer)) {
        encode_route(*balancer, request, response);
    }
    return {.reply = encode(ID_API_GetRouteResponse, response)};
}

DatagramFace::Result DatagramFace::report(std::span<const std::uint8_t> body, lb::Time now) {
    const auto parted = part_at_name(body);
    const auto name = parted.name;
    auto& request = fresh<ReportRequest>();
    if (!parse(parted, request)) return {};
    const auto endpoint = wire::from_wire(request.host());
    if (!endpoint) {
        bad_input_.count(Errc::bad_endpoint);
        return {};
    }
    lb::Call call;
    if (request.retcode() != 0) call.outcome = lb::CallOutcome::failure;
    if (request.has_latency_us()) call.latency.emplace(request.latency_us());
    if (request.has_server_load()) {
        const auto load = request.server_load();
        if (load >= 0 && load <= 1) {  // and a number at all
            call.server_load = load;
        } else {
            bad_server_loads_.add();
        }
    }
    auto id = wire::module_of(request);
    if (!name.empty()) {
        const auto named = shard_.known_module(name, now);
        if (!named) return {};
        id = *named;
    }
    const auto answer = shard_.report({id, *endpoint, call}, now);
    if (const auto* forward = std::get_if<Forward>(&answer)) return {.forward_to = forward->shard};
    return {};
}

DatagramFace::Result DatagramFace::hello(std::span<const std::uint8_t> body) {
    auto& request = fresh<Hello>();
    if (!parse(body, request)) return {};
    return {.reply = encode(ID_HelloAck, wire::hello_ack_of(self_))};
}

std::span<const std::uint8_t> DatagramFace::encode_host(
    ModuleId id, std::uint32_t seq, const lb::Pick& pick
) {
    auto& response = fresh<GetHostResponse>();
    response.set_seq(seq);
    wire::set_module(id, response);
    response.set_retcode(static_cast<std::int32_t>(pick.code));
    response.set_wait_ms(static_cast<std::uint32_t>(pick.wait.count()));
    if (pick.code == ReturnCode::succ) wire::to_wire(pick.endpoint, *response.mutable_host());
    return encode(ID_GetHostResponse, response);
}

// An original client gets the original's bytes, as long as the route has nothing that the original
// doesn't know, and fits. The etag is for whoever asks for the rest.
void DatagramFace::encode_route(
    const lb::Balancer& balancer, const GetRouteRequest& request, GetRouteResponse& response
) {
    const auto& endpoint_table = balancer.endpoint_table();
    response.set_etag(endpoint_table.etag());
    const std::string_view select = request.select();
    lb::Slot first = request.etag() == endpoint_table.etag() ? request.rows() : 0;
    if (request.watch()) {
        response.set_states(states_hash(balancer));
        const bool complete = first == count_selected(endpoint_table, select);
        if (complete && request.states() == response.states()) {
            return response.set_unchanged(true);
        }
        if (complete) first = 0;
    }
    if (first == 0 && !endpoint_table.policy().name.empty()) {
        wire::to_wire(endpoint_table.policy(), *response.mutable_policy());
    }
    wire::HostWriter hosts(response, kMaxUdpBody);
    lb::Slot row = 0;
    for (lb::Slot slot = 0; slot < endpoint_table.size(); ++slot) {
        if (!selected(endpoint_table, slot, select) || row++ < first) continue;
        const wire::HostWriter::Attributes attributes{
            .weight = endpoint_table.configured_weight(slot),
            .zone = endpoint_table.zone(slot),
            .tags = endpoint_table.tags(slot),
            .state = request.watch() ? to_wire(balancer.view(slot).state) : ENDPOINT_SERVES};
        if (hosts.add(endpoint_table.endpoint(slot), attributes)) continue;
        if (first == 0) truncated_.add();
        return;
    }
    if (first == 0 && !request.watch()) response.clear_etag();
}

std::span<const std::uint8_t> DatagramFace::encode(
    MessageId id, const google::protobuf::MessageLite& body
) {
    out_.clear();
    wire::append_frame(out_, id, body);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(out_.data());
    return {bytes, out_.size()};
}

}  // namespace lars::agent
