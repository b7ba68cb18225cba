#pragma once

#include <proto/lars.pb.h>

#include <array>
#include <cstdint>
#include <string>

namespace lars::wire {

/// 128 random bits, new at each start of a process's service.
using InstanceId = std::array<std::uint8_t, 16>;

InstanceId random_instance();
/// 32 hexadecimal digits.
std::string to_string(const InstanceId& instance);

/// What a service says of itself in Hello and HelloAck.
struct Identity {
    InstanceId instance = random_instance();
    Role role = ROLE_UNKNOWN;
    std::uint32_t shards = 0;
};

Hello hello_of(const Identity& identity);
HelloAck hello_ack_of(const Identity& identity);

}  // namespace lars::wire
