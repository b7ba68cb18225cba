#pragma once

#include "base/module_id.hpp"
#include "lb/time.hpp"

#include <boost/asio/ip/udp.hpp>

#include <cstdint>
#include <vector>

namespace lars::agent {

/// First questions for modules whose routes are on their way, and how long each may wait.
class Waiters {
public:
    struct Waiter {
        ModuleId module;
        std::uint32_t seq = 0;
        boost::asio::ip::udp::endpoint from;
        std::size_t shard = 0;  ///< whose socket it came to
        lb::Time until{};
    };

    /// False when there are too many already.
    bool add(const Waiter& waiter);
    /// Those that wait for this module.
    std::vector<Waiter> take(ModuleId module);
    /// Those whose time is over.
    std::vector<Waiter> take_due(lb::Time now);

    bool empty() const { return all_.empty(); }
    /// The first end of a wait; Time::max() when nobody waits.
    lb::Time next_due() const;

private:
    template <class Matches>
    std::vector<Waiter> take_if(Matches&& matches);

    std::vector<Waiter> all_;
};

}  // namespace lars::agent
