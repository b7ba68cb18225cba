#include "sim/caller.hpp"

#include <vector>

namespace lars::sim {

Caller::Caller(const lb::PolicyFactory& factory, Latencies latencies, std::uint64_t seed)
    : latencies_(latencies), balancer_(factory), random_(seed) {}

std::optional<std::uint32_t> Caller::pick(Time now) {
    ++calls_;
    const auto pick = balancer_.pick({}, now, random_);
    if (pick.code != ReturnCode::succ) return std::nullopt;
    return World::server_of(pick.endpoint);
}

std::optional<std::uint32_t> Caller::pick_again(std::span<const std::uint32_t> tried, Time now) {
    if (budget_.take({}, ++calls_, now) > Time::zero()) return std::nullopt;
    std::vector<Endpoint> exclude;
    for (const auto server : tried) exclude.push_back(World::endpoint_of(server));
    const lb::PickContext context{
        .exclude = exclude, .attempt = static_cast<std::uint32_t>(tried.size())};
    const auto pick = balancer_.pick(context, now, random_);
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
