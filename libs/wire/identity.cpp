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
    message.set_max_body(kMaxHelloBody);
    message.set_version(LARS_VERSION);
    return message;
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

}  // namespace lars::wire
