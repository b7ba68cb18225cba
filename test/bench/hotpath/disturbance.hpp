#pragma once

#include "base/module_id.hpp"
#include "base/route.hpp"
#include "upstream.hpp"

#include <thread>

namespace lars::bench {

/// All the while, 5 times a second: a push of another route of 10,000 endpoints to a module, and a
/// scrape of the agent's metrics. The agent's reporter flushes are its own.
class Disturbance {
public:
    static constexpr int kEndpoints = 10'000;

    Disturbance(Upstream& upstream, ModuleId module, std::uint16_t admin_port);

    /// Two routes have half of their endpoints in common.
    static Route route(ModuleId module, int turn);

private:
    std::jthread thread_;
};

}  // namespace lars::bench
