#include "wire/wire.hpp"

#include <algorithm>
#include <limits>

namespace lars::wire {
namespace {

void append_header(std::string& out, MessageId id, std::size_t body_size) {
    const auto header = encode_header({id, static_cast<std::int32_t>(body_size)});
    out.append(reinterpret_cast<const char*>(header.data()), header.size());
}

}  // namespace

void append_frame(std::string& out, MessageId id, const google::protobuf::MessageLite& body) {
    append_header(out, id, body.ByteSizeLong());
    body.AppendPartialToString(&out);
}

EncodedFrame encode_frame(MessageId id, const google::protobuf::MessageLite& body) {
    auto frame = std::make_shared<std::string>();
    frame->reserve(kFrameHeaderSize + body.ByteSizeLong());
    append_frame(*frame, id, body);
    return frame;
}

bool parse_body(std::span<const std::uint8_t> bytes, google::protobuf::MessageLite& body) {
    return body.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

void to_wire(const Endpoint& endpoint, HostInfo& out) {
    if (endpoint.is_ipv4()) {
        out.set_ip(static_cast<std::int32_t>(endpoint.ipv4()));
    } else {
        out.set_address(endpoint.address.data(), endpoint.address.size());
    }
    out.set_port(endpoint.port);
}

std::optional<Endpoint> from_wire(const HostInfo& host) {
    if (host.port() < 1 || host.port() > std::numeric_limits<std::uint16_t>::max()) return {};
    const auto port = static_cast<std::uint16_t>(host.port());
    if (host.address().empty()) {
        return Endpoint::from_ipv4(static_cast<std::uint32_t>(host.ip()), port);
    }
    Endpoint endpoint;
    if (host.address().size() != endpoint.address.size()) return {};
    std::copy(host.address().begin(), host.address().end(), endpoint.address.begin());
    endpoint.port = port;
    return endpoint;
}

void to_wire(const RoutePolicy& policy, Policy& out) {
    out.set_name(policy.name);
    for (const auto& [name, value] : policy.parameters) (*out.mutable_parameters())[name] = value;
}

GetRouteResponse to_wire(const Route& route, std::uint64_t etag, std::size_t max_body) {
    GetRouteResponse out;
    out.set_modid(route.module.modid);
    out.set_cmdid(route.module.cmdid);
    out.set_etag(etag);
    out.set_version(route.version);
    if (!route.policy.name.empty()) to_wire(route.policy, *out.mutable_policy());
    for (const auto& each : route.endpoints) {
        auto& host = *out.add_host();
        to_wire(each.endpoint, host);
        if (each.weight != kDefaultWeight) host.set_weight(each.weight);
        if (!each.zone.empty()) host.set_zone(each.zone);
    }
    const auto size = out.ByteSizeLong();
    if (size <= max_body) return out;

    out.set_truncated(true);
    auto left = size + 3;  // the mark: a tag of two bytes and its value
    auto& hosts = *out.mutable_host();
    while (left > max_body && !hosts.empty()) {
        const auto body = hosts[hosts.size() - 1].ByteSizeLong();
        left -= body + 1 + (body < 128 ? 1 : 2);  // tag and length
        hosts.RemoveLast();
    }
    return out;
}

Route from_wire(const GetRouteResponse& response, std::size_t& refused) {
    Route route;
    route.module = {response.modid(), response.cmdid()};
    route.version = response.version();
    route.policy.name = response.policy().name();
    for (const auto& [name, value] : response.policy().parameters()) {
        route.policy.parameters[name] = value;
    }
    route.endpoints.reserve(static_cast<std::size_t>(response.host_size()));
    for (const auto& host : response.host()) {
        const auto endpoint = from_wire(host);
        if (!endpoint) {
            ++refused;
            continue;
        }
        const auto weight =
            host.has_weight() ? std::min(host.weight(), kMaxWeight) : kDefaultWeight;
        route.endpoints.push_back({*endpoint, weight, host.zone()});
    }
    canonicalize(route);
    return route;
}

}  // namespace lars::wire
