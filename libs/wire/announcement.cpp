#include "wire/announcement.hpp"

#include "base/tags.hpp"
#include "wire/endpoint.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace lars::wire {
namespace {

// What people read is cut, and what the store can't hold with it.
constexpr std::size_t kMaxHostLength = 200;

std::string tags_of(const HostInfo& host) {
    std::vector<std::string> tags(host.tag().begin(), host.tag().end());
    std::string text;
    for (const auto& tag : tags) text += (text.empty() ? "" : ",") + tag;
    // What isn't canonical by now is refused with its reason by who looks at it.
    return canonical_tags(std::move(tags)).value_or(text);
}

InstanceState state_of(const InstanceInfo& instance) {
    switch (instance.state()) {
        case InstanceInfo::SERVES:
            return InstanceState::serves;
        case InstanceInfo::DRAINING:
            return InstanceState::draining;
        default:
            return InstanceState::failing;
    }
}

// Only a port, where the address is to be found out.
std::optional<Endpoint> endpoint_of(const HostInfo& host, Address address) {
    const bool unsaid = host.ip() == 0 && host.address().empty();
    if (address == Address::required || !unsaid) return from_wire(host);
    if (host.port() < 0 || host.port() > std::numeric_limits<std::uint16_t>::max()) return {};
    return Endpoint{.address = {}, .port = static_cast<std::uint16_t>(host.port())};
}

void read_instances(
    const google::protobuf::RepeatedPtrField<InstanceInfo>& from,
    std::vector<Instance>& into,
    std::size_t& refused
) {
    for (const auto& each : from) {
        if (auto instance = from_wire(each)) {
            into.push_back(std::move(*instance));
        } else {
            ++refused;
        }
    }
}

}  // namespace

void to_wire(const Instance& instance, InstanceInfo& out) {
    const auto& [service, endpoint] = instance.key;
    out.set_name(service.name);
    if (service.name.empty()) {
        out.set_modid(service.id.modid);
        out.set_cmdid(service.id.cmdid);
    }
    auto& host = *out.mutable_host();
    if (endpoint.address == std::array<std::uint8_t, 16>{}) {
        host.set_port(endpoint.port);
    } else {
        to_wire(endpoint, host);
    }
    host.set_weight(instance.weight);
    host.set_zone(instance.zone);
    for_each_tag(instance.tags, [&host](std::string_view tag) { host.add_tag(std::string(tag)); });
    out.set_state(static_cast<InstanceInfo::State>(instance.state));
    out.set_reason(instance.reason);
}

std::optional<Instance> from_wire(const InstanceInfo& instance, Address address) {
    const auto endpoint = endpoint_of(instance.host(), address);
    if (!endpoint) return {};
    Instance made;
    made.key.service.name = instance.name();
    if (instance.name().empty()) made.key.service.id = {instance.modid(), instance.cmdid()};
    made.key.endpoint = *endpoint;
    if (instance.host().has_weight()) made.weight = instance.host().weight();
    made.zone = instance.host().zone();
    made.tags = tags_of(instance.host());
    made.state = state_of(instance);
    made.reason = instance.reason().substr(0, kMaxReasonLength);
    return made;
}

AnnounceRequest to_wire(const Announcement& announcement) {
    AnnounceRequest request;
    request.set_owner(announcement.owner.data(), announcement.owner.size());
    request.set_host(announcement.host);
    request.set_start(announcement.start);
    request.set_seq(announcement.seq);
    request.set_whole(announcement.whole);
    for (const auto& each : announcement.instances) to_wire(each, *request.add_instance());
    for (const auto& each : announcement.withdrawn) to_wire(each, *request.add_withdrawn());
    return request;
}

std::optional<Announcement> from_wire(const AnnounceRequest& request, std::size_t& refused) {
    Announcement made;
    const auto& owner = request.owner();
    if (owner.size() != made.owner.size()) return {};
    std::copy(owner.begin(), owner.end(), made.owner.begin());
    if (made.owner == OwnerId{}) return {};  // nobody's, as the tables have it
    made.host = request.host().substr(0, kMaxHostLength);
    made.start = request.start();
    made.seq = request.seq();
    made.whole = request.whole();
    read_instances(request.instance(), made.instances, refused);
    read_instances(request.withdrawn(), made.withdrawn, refused);
    return made;
}

}  // namespace lars::wire
