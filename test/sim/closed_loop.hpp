#pragma once

#include "sim/caller.hpp"
#include "sim/event_queue.hpp"
#include "sim/scenario.hpp"
#include "sim/server.hpp"
#include "sim/statistics.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lars::sim {

/// One run of a scenario with Shares under one policy, in virtual time: a caller with some calls in
/// flight, each followed by the next, to servers at which nothing waits. Equal arguments give equal
/// results on every machine.
class ClosedLoop {
public:
    ClosedLoop(const Scenario& scenario, const std::string& policy, std::uint64_t seed);

    /// Only the shares are filled in.
    Result run();

private:
    struct Ended {
        std::uint32_t place = 0;  ///< of the call among those in flight
        std::uint32_t server = 0;
        std::uint32_t worker = 0;
        Time took{};
        lb::CallOutcome outcome = lb::CallOutcome::success;
        bool reported = true;
    };

    void call(std::uint32_t place);
    bool loses(std::uint32_t server);

    const Scenario& scenario_;
    std::vector<Server> servers_;
    Caller caller_;
    lb::Random random_;
    EventQueue<Ended> events_;
    std::vector<bool> connected_;            // by place and server
    std::vector<std::uint32_t> picks_;       // by server
    std::vector<std::uint32_t> unreported_;  // by server: which of its calls isn't reported
    std::uint32_t singled_out_ = 0;          // the call that fails or isn't reported
    std::uint32_t calls_ = 0;
    Time now_;
};

}  // namespace lars::sim
