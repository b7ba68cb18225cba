#pragma once

#include "dns/publisher.hpp"

#include <array>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace lars::dns {

/// What all contexts together hold of agents' routes, for people, metrics and the next
/// confirmation. No I/O; belongs to the feed's thread.
class HeldBoard {
public:
    void note(const HeldChange& change);

    /// A line for each module and reason, by module; `stored_rows` says how many rows the store
    /// has.
    std::vector<HeldModule> modules(const std::function<std::uint64_t(ModuleId)>& stored_rows
    ) const;
    /// A line for each name and reason.
    std::vector<HeldNameLine> names() const;
    /// Routes of agents, each counted by itself.
    std::size_t routes(HoldReason reason) const {
        return routes_[static_cast<std::size_t>(reason)];
    }
    /// Whether anything was noted since the last time.
    bool drain_changed() { return std::exchange(changed_, false); }
    /// The stores that were brought since the last time, each with its highest version. What no
    /// store of ours can be is left out.
    std::vector<store::BroughtStore> drain_brought();
    /// What was drained isn't written in this store: all of it is to be drained again.
    void drain_again() { drained_.clear(); }

private:
    void note_name(HeldChange::Kind kind, const HeldName& held);
    void note_brought(std::uint64_t store_id, std::uint64_t version);

    struct Line {
        std::size_t agents = 0;
        std::uint32_t rows = 0;       // the most that any of them brought
        store::BroughtStore brought;  // the highest version
    };
    std::map<std::pair<ModuleId, HoldReason>, Line> lines_;
    struct NameLine {
        ModuleId module;
        std::size_t agents = 0;
    };
    std::map<std::pair<std::string, HoldReason>, NameLine> names_;
    std::array<std::size_t, kHoldReasons> routes_{};
    // The highest version, by store.
    std::map<std::uint64_t, std::uint64_t> brought_;
    std::map<std::uint64_t, std::uint64_t> drained_;
    bool changed_ = false;
};

}  // namespace lars::dns
