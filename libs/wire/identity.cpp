#include "wire/identity.hpp"

#include "base/frame.hpp"

#include <boost/algorithm/hex.hpp>

#include <algorithm>
#include <iterator>
#include <random>

#ifndef LARS_VERSION
#define LARS_VERSION "unknown"
#endif

namespace lars::wire {
namespace {

template <class Message>
Message describe(const Identity& identity) {
    Message message;
    message.set_instance(identity.instance.data(), identity.instance.size());
    message.set_role(identity.role);
    message.set_shards(identity.shards);
    message.set_capabilities(identity.capabilities);
    message.set_max_body(kMaxHelloBody);
    message.set_version(LARS_VERSION);
    return message;
}

template <class Message>
PeerIdentity read(const Message& message) {
    PeerIdentity identity;
    const auto& bytes = message.instance();
    const auto size = std::min(bytes.size(), identity.instance.size());
    std::copy_n(bytes.begin(), size, identity.instance.begin());
    identity.role = static_cast<Role>(message.role());
    identity.max_body = message.max_body();
    identity.capabilities = message.capabilities();
    return identity;
}

}  // namespace

InstanceId random_instance() {
    std::random_device device;
    InstanceId id{};
    for (auto& byte : id) byte = static_cast<std::uint8_t>(device());
    return id;
}

std::string to_string(const InstanceId& instance) {
    std::string text;
    boost::algorithm::hex_lower(instance, std::back_inserter(text));
    return text;
}

std::optional<InstanceId> instance_from_wire(std::string_view bytes) {
    InstanceId instance{};
    if (bytes.size() != instance.size()) return {};
    std::copy(bytes.begin(), bytes.end(), instance.begin());
    return instance;
}

Hello hello_of(const Identity& identity) {
    return describe<Hello>(identity);
}

HelloAck hello_ack_of(const Identity& identity) {
    return describe<HelloAck>(identity);
}

PeerIdentity identity_of(const Hello& hello) {
    return read(hello);
}

PeerIdentity identity_of(const HelloAck& answer) {
    return read(answer);
}

}  // namespace lars::wire
