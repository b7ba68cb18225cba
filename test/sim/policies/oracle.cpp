#include "sim/policies/oracle.hpp"

#include <limits>

namespace lars::sim {
namespace {

constexpr double kMeanCallNs = 10e6;
constexpr double kDown = std::numeric_limits<double>::max();

}  // namespace

double Oracle::cost(lb::Slot slot, lb::Time now) const {
    const auto index = World::server_of(members().endpoint(slot));
    const auto& server = world_.servers[index];
    if (server.health != Health::up) return kDown;
    const auto way = world_.ways.empty() ? 0 : 2 * static_cast<double>(world_.ways[index].count());
    if (goal_ == Goal::least_work) return way + server.work_left_ns(now);
    return way + static_cast<double>((server.free_at(now) - now).count()) +
           kMeanCallNs / server.speed(now);
}

lb::Slot Oracle::pick(const lb::PickContext& /*context*/, lb::Time now, lb::Random& random) {
    const auto size = static_cast<std::uint32_t>(members().active());
    lb::Slot best = 0;
    auto min = kDown;
    std::uint32_t equal = 0;  // so that each of equals is as likely
    for (lb::Slot slot = 0; slot < size; ++slot) {
        const auto here = cost(slot, now);
        if (here > min) continue;
        equal = here < min ? 1 : equal + 1;
        if (equal == 1 || lb::scaled(static_cast<std::uint32_t>(random()), equal) == 0) best = slot;
        min = here;
    }
    return best;
}

}  // namespace lars::sim
