#include "wire/endpoint.hpp"

#include <algorithm>
#include <limits>

namespace lars::wire {
namespace {

// Both messages have the same three fields.
template <class Message>
void write(const Endpoint& endpoint, Message& out) {
    if (endpoint.is_ipv4()) {
        out.set_ip(static_cast<std::int32_t>(endpoint.ipv4()));
    } else {
        out.set_address(endpoint.address.data(), endpoint.address.size());
    }
    out.set_port(endpoint.port);
}

template <class Message>
std::optional<Endpoint> read(const Message& message) {
    if (message.port() < 1 || message.port() > std::numeric_limits<std::uint16_t>::max()) return {};
    const auto port = static_cast<std::uint16_t>(message.port());
    Endpoint endpoint;
    if (message.address().empty()) {
        endpoint = Endpoint::from_ipv4(static_cast<std::uint32_t>(message.ip()), port);
    } else {
        if (message.address().size() != endpoint.address.size()) return {};
        std::copy(message.address().begin(), message.address().end(), endpoint.address.begin());
        endpoint.port = port;
    }
    if (!why_uncallable(endpoint).empty()) return {};
    return endpoint;
}

}  // namespace

void to_wire(const Endpoint& endpoint, HostInfo& out) {
    write(endpoint, out);
}

void to_wire(const Endpoint& endpoint, HostCallResult& out) {
    write(endpoint, out);
}

std::optional<Endpoint> from_wire(const HostInfo& host) {
    return read(host);
}

std::optional<Endpoint> from_wire(const HostCallResult& result) {
    return read(result);
}

}  // namespace lars::wire
