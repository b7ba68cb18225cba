#include "sim/caller.hpp"

namespace lars::sim {

Caller::Caller(const lb::PolicyFactory& factory, Latencies latencies, std::uint64_t seed)
    : latencies_(latencies), balancer_(factory), random_(seed) {}

std::optional<std::uint32_t> Caller::pick(Time now) {
    const auto pick = balancer_.pick({}, now, random_);
    if (pick.code != ReturnCode::succ) return std::nullopt;
    return World::server_of(pick.endpoint);
}

void Caller::report(std::uint32_t server, lb::CallOutcome outcome, Time took, Time now) {
    lb::Call call{.outcome = outcome};
    if (latencies_ == Latencies::reported) {
        call.latency = std::chrono::duration_cast<std::chrono::microseconds>(took);
    }
    balancer_.report(World::endpoint_of(server), call, now);
}

}  // namespace lars::sim
