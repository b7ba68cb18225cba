#include "wire/route.hpp"

#include "base/tags.hpp"
#include "base/zone.hpp"
#include "wire/endpoint.hpp"
#include "wire/module.hpp"

#include <algorithm>
#include <string>

namespace lars::wire {
namespace {

// `truncated`: a tag of two bytes and its value.
constexpr std::size_t kMarkSize = 3;

// What one host adds to a body: its tag, its length and itself.
std::size_t size_of(const HostInfo& host) {
    const auto body = host.ByteSizeLong();
    return 1 + (body < 128 ? 1 : 2) + body;
}

}  // namespace

void to_wire(const RoutePolicy& policy, Policy& out) {
    out.set_name(policy.name);
    for (const auto& [name, value] : policy.parameters) {
        auto& parameter = *out.add_parameters();
        parameter.set_key(name);
        parameter.set_value(value);
    }
}

HostWriter::HostWriter(GetRouteResponse& out, std::size_t max_body)
    : out_(out), max_body_(max_body), size_(out.ByteSizeLong()) {}

bool HostWriter::add(const Endpoint& endpoint, const Attributes& attributes) {
    const auto& [weight, zone, tags, state] = attributes;
    auto& host = *out_.add_host();
    to_wire(endpoint, host);
    if (weight != kDefaultWeight) host.set_weight(weight);
    if (!zone.empty()) host.set_zone(std::string(zone));
    for_each_tag(tags, [&](std::string_view tag) { host.add_tag(std::string(tag)); });
    if (state != ENDPOINT_SERVES) host.set_state(state);
    size_ += size_of(host);
    if (size_ <= max_body_) return true;
    truncate();
    return false;
}

// The mark needs room as well, and that the hosts before have taken, perhaps.
void HostWriter::truncate() {
    out_.set_truncated(true);
    size_ += kMarkSize;
    auto& hosts = *out_.mutable_host();
    while (size_ > max_body_ && !hosts.empty()) {
        size_ -= size_of(hosts[hosts.size() - 1]);
        hosts.RemoveLast();
    }
}

GetRouteResponse to_wire(
    const Route& route, std::uint64_t etag, std::size_t max_body, const std::string& name
) {
    GetRouteResponse out;
    set_module(route.module, out);
    out.set_etag(etag);
    out.set_version(route.version);
    out.set_store_id(route.store_id);
    out.set_name(name);
    if (!route.policy.name.empty()) to_wire(route.policy, *out.mutable_policy());
    HostWriter hosts(out, max_body);
    for (const auto& each : route.endpoints) {
        if (!hosts.add(each.endpoint, {each.weight, each.zone, each.tags})) break;
    }
    return out;
}

std::vector<Endpoint> shown_to_originals(const Route& route) {
    std::vector<Endpoint> serving;
    std::vector<Endpoint> drained;
    for (const auto& each : route.endpoints) {
        if (!each.endpoint.is_ipv4()) continue;
        (each.weight == 0 ? drained : serving).push_back(each.endpoint);
    }
    return serving.empty() ? drained : serving;
}

GetRouteResponse to_original(const Route& route, std::size_t max_body) {
    GetRouteResponse out;
    set_module(route.module, out);
    HostWriter hosts(out, max_body);
    for (const auto& endpoint : shown_to_originals(route)) {
        if (!hosts.add(endpoint, {})) break;
    }
    return out;
}

GetRouteResponse unchanged_route(const Route& route, std::uint64_t etag) {
    GetRouteResponse out;
    set_module(route.module, out);
    out.set_etag(etag);
    out.set_unchanged(true);
    out.set_version(route.version);
    out.set_store_id(route.store_id);
    return out;
}

Route from_wire(const GetRouteResponse& response, std::size_t& refused) {
    Route route;
    route.module = module_of(response);
    route.version = response.version();
    route.store_id = response.store_id();
    route.name = response.name();
    route.policy.name = response.policy().name();
    for (const auto& each : response.policy().parameters()) {
        route.policy.parameters[each.key()] = each.value();
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
        const auto& zone = why_no_zone(host.zone()).empty() ? host.zone() : std::string();
        const auto tags = canonical_tags({host.tag().begin(), host.tag().end()});
        route.endpoints.push_back({*endpoint, weight, zone, tags.value_or("")});
    }
    canonicalize(route);
    return route;
}

}  // namespace lars::wire
