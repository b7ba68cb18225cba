#pragma once

#include <proto/lars.pb.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lars::wire {

/// 128 random bits, new at each start of a process's service.
using InstanceId = std::array<std::uint8_t, 16>;

/// A new one, from the system's randomness.
InstanceId random_instance();
/// 32 hexadecimal digits.
std::string to_string(const InstanceId& instance);
/// Reads a message's `instance`; nothing when it doesn't have 16 bytes.
std::optional<InstanceId> instance_from_wire(std::string_view bytes);

/// What a service states of itself in Hello and HelloAck.
struct Identity {
    InstanceId instance = random_instance();
    Role role = ROLE_UNKNOWN;
    std::uint32_t shards = 0;  ///< of an agent, else 0
};

/// The greeting, and the answer to one.
Hello hello_of(const Identity& identity);
HelloAck hello_ack_of(const Identity& identity);

}  // namespace lars::wire
