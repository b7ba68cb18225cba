#pragma once

#include <proto/lars.pb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lars::wire {

/// 128 random bits, new at each start of a process's service: tells a restarted one from before.
using InstanceId = std::array<std::uint8_t, 16>;

/// From the system's source of randomness.
InstanceId random_instance();
/// 32 hexadecimal digits.
std::string to_string(const InstanceId& instance);
/// Reads a message's `instance`; nothing when it doesn't have 16 bytes.
std::optional<InstanceId> instance_from_wire(std::string_view bytes);

/// What a service of ours says of itself in Hello and HelloAck, besides its version and the largest
/// body that it accepts.
struct Identity {
    InstanceId instance = random_instance();
    Role role = ROLE_UNKNOWN;
    std::uint32_t shards = 0;        ///< of an agent; 0 for any other service
    std::uint64_t capabilities = 0;  ///< bits of Capability
};

/// The greeting, and the answer to one.
Hello hello_of(const Identity& identity);
HelloAck hello_ack_of(const Identity& identity);

/// What a peer said of itself in Hello or HelloAck. Nothing of it is checked: whoever uses it
/// bounds it.
struct PeerIdentity {
    InstanceId instance{};  ///< cut, or filled up with zeros, when it had another length
    Role role = ROLE_UNKNOWN;
    std::uint32_t max_body = 0;      ///< in bytes, as claimed
    std::uint64_t capabilities = 0;  ///< bits of Capability
};

PeerIdentity identity_of(const Hello& hello);
PeerIdentity identity_of(const HelloAck& answer);

}  // namespace lars::wire
