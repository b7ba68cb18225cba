#pragma once

#include "lb/slot.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace lars::lb {

/// Which endpoints serve and which are suspended, and whom to choose from: those that serve, or
/// everybody when they are fewer than the panic threshold's share (as in Envoy: better a call that
/// may fail than all of them on the few that are left). Every operation but `reset` is O(1).
class ServingSet {
public:
    /// The panic threshold is a share of the endpoints, 0 to 1.
    explicit ServingSet(double panic_threshold) : panic_threshold_(panic_threshold) {}

    /// As many endpoints as there are values; those with `true` are suspended.
    void reset(const std::vector<bool>& suspended);
    /// Precondition: it serves.
    void suspend(Slot slot);
    /// Precondition: it is suspended.
    void restore(Slot slot);

    std::span<const Slot> serving() const { return {order_.data(), serving_}; }
    std::span<const Slot> suspended() const { return std::span(order_).subspan(serving_); }
    bool all_serve() const { return serving_ == order_.size(); }

    std::span<const Slot> candidates() const { return {order_.data(), candidates_}; }
    bool is_candidate(Slot slot) const { return positions_[slot] < candidates_; }
    bool panics() const { return candidates_ > serving_; }

    /// Another one after each change; never 0.
    std::uint64_t version() const { return version_; }
    bool serves(Slot slot) const { return positions_[slot] < serving_; }
    /// Whether that many that serve are too few of so many to trust the picture.
    bool too_few(std::size_t serving, std::size_t size) const {
        return serving == 0 || double(serving) < panic_threshold_ * double(size);
    }

private:
    void move_to(Slot slot, std::size_t position);
    void count_candidates();

    double panic_threshold_;
    std::vector<Slot> order_;      // those that serve first, the suspended behind
    std::vector<Slot> positions_;  // in order_, by slot
    std::size_t serving_ = 0;
    std::size_t candidates_ = 0;
    std::uint64_t version_ = 0;
};

}  // namespace lars::lb
