#pragma once

#include "base/route.hpp"
#include "lb/picking/alias_table.hpp"
#include "lb/random.hpp"
#include "lb/slot.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lars::lb {

/// A route with all that can be prepared of it before it is used. It never changes: whichever
/// thread has the time builds it, and any may read it.
class EndpointTable {
public:
    EndpointTable() : EndpointTable(Route{}) {}
    /// Precondition: the route is canonical.
    explicit EndpointTable(const Route& route);

    ModuleId module() const { return module_; }
    std::uint64_t etag() const { return etag_; }
    /// Where the route is from, as it came.
    std::uint64_t store_id() const { return store_id_; }
    std::uint64_t version() const { return version_; }
    const RoutePolicy& policy() const;
    /// The module's, for people; empty: none, or not known.
    std::string_view name() const;
    std::size_t size() const { return entries_.size(); }

    /// How many may be picked. They have the first slots, sorted; then come the drained ones, of
    /// weight 0, which are only reported. When every weight is 0, all count as equal and active.
    std::size_t active() const { return active_; }
    /// Of the active ones.
    bool equal_weights() const { return equal_weights_; }
    float mean_weight() const { return mean_weight_; }
    /// Mean weight / weight; 1 for a drained one.
    float lightness(Slot slot) const {
        if (equal_weights_ || slot >= active_) return 1;
        return mean_weight_ / static_cast<float>(weight(slot));
    }

    /// kNoSlot when it isn't in the route.
    Slot find(const Endpoint& endpoint) const;
    const Endpoint& endpoint(Slot slot) const { return entries_[slot].endpoint; }
    std::uint32_t weight(Slot slot) const { return entries_[slot].weight; }

    /// As the route has it, where weight() may have made drained ones equal.
    std::uint32_t configured_weight(Slot slot) const;
    std::string_view zone(Slot slot) const;
    /// Whether it is known where any active endpoint is.
    bool has_zones() const;
    /// Whether every endpoint has an IPv4 address.
    bool all_ipv4() const { return all_ipv4_; }
    /// Canonical, as base/tags.hpp reads them.
    std::string_view tags(Slot slot) const;

    /// One of the active, in proportion to their weights; O(1). Precondition: there are some, and
    /// their weights aren't equal.
    Slot draw_by_weight(Random& random) const { return extras_->by_weight.draw(random); }

    /// The route that it was made of.
    Route route() const;

private:
    struct Entry {
        Endpoint endpoint;
        std::uint16_t weight = 0;
    };
    struct Labels {
        std::string zone;
        std::string tags;
    };
    // What most routes do without.
    struct Extras {
        RoutePolicy policy;
        std::string name;
        std::vector<Slot> index;     // open addressing, at most half full
        AliasTable by_weight;        // of the active ones
        std::vector<Labels> labels;  // empty if no endpoint has any
        bool all_drained = false;
    };

    void add(const RouteEndpoint& each, std::uint32_t weight);
    void weigh();
    AliasTable alias_table() const;
    std::vector<Slot> index() const;
    Extras& extras();

    ModuleId module_;
    std::uint64_t etag_ = 0;
    std::uint64_t version_ = 0;
    std::uint64_t store_id_ = 0;
    std::vector<Entry> entries_;
    std::unique_ptr<Extras> extras_;
    Slot active_ = 0;
    float mean_weight_ = 1;
    bool equal_weights_ = true;
    bool all_ipv4_ = true;
};

using EndpointTablePtr = std::shared_ptr<const EndpointTable>;

}  // namespace lars::lb
