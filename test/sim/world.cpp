#include "sim/world.hpp"

namespace lars::sim {
namespace {

constexpr std::uint32_t kFirstAddress = 0x0A000001;  // 10.0.0.1

}  // namespace

std::uint32_t World::server_of(const Endpoint& endpoint) {
    return endpoint.ipv4() - kFirstAddress;
}

Endpoint World::endpoint_of(std::size_t server) {
    return Endpoint::from_ipv4(kFirstAddress + static_cast<std::uint32_t>(server), 80);
}

}  // namespace lars::sim
