#pragma once

#include "base/zone.hpp"
#include "lb/counters/counters.hpp"
#include "lb/endpoint_table.hpp"

#include <span>
#include <string>
#include <vector>

namespace lars::lb {

/// The endpoints of one module, by slot, with their counters. Belongs to one thread.
class Members {
public:
    /// Those that stay keep their counters. Returns for each new slot the one it had before,
    /// kNoSlot for those that weren't there.
    std::vector<Slot> replace(EndpointTablePtr endpoint_table);

    /// Where the callers are; empty: nobody knows.
    void set_zone(std::string zone);
    const std::string& zone() const { return zone_; }
    /// How near each active endpoint is to the callers, by slot. Empty when nobody knows where they
    /// are, or where any of the endpoints is.
    std::span<const Nearness> nearness() const { return nearness_; }

    const EndpointTable& endpoint_table() const { return *endpoint_table_; }
    const EndpointTablePtr& shared_endpoint_table() const { return endpoint_table_; }
    std::size_t size() const { return endpoint_table_->size(); }
    std::size_t active() const { return endpoint_table_->active(); }
    const Endpoint& endpoint(Slot slot) const { return endpoint_table_->endpoint(slot); }
    std::uint32_t weight(Slot slot) const { return endpoint_table_->weight(slot); }

    Counters& counters() { return counters_; }
    const Counters& counters() const { return counters_; }

private:
    static const EndpointTablePtr& nobody();
    void measure();

    EndpointTablePtr endpoint_table_ = nobody();
    Counters counters_;
    std::string zone_;
    std::vector<Nearness> nearness_;
};

}  // namespace lars::lb
