#include "agent/endpoint_states.hpp"

namespace lars::agent {

EndpointState to_wire(lb::State state) {
    switch (state) {
        case lb::State::slow_start:
            return ENDPOINT_SLOW_START;
        case lb::State::half_open:
            return ENDPOINT_HALF_OPEN;
        case lb::State::overload:
        case lb::State::ejected:
            return ENDPOINT_EJECTED;
        case lb::State::idle:
        case lb::State::healthy:
            break;
    }
    return ENDPOINT_SERVES;
}

std::uint64_t states_hash(const lb::Balancer& balancer) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    for (lb::Slot slot = 0; slot < balancer.endpoint_table().size(); ++slot) {
        const auto state = static_cast<std::uint64_t>(to_wire(balancer.view(slot).state));
        hash = (hash ^ state) * 0x100000001B3ULL;
    }
    return hash;
}

}  // namespace lars::agent
