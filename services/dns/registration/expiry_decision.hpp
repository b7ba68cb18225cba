#pragma once

#include "runtime/asio.hpp"
#include "store/expiries.hpp"
#include "store/owner_sessions.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace lars::dns {

/// What is done about owners that are gone: whose instances are taken away, and whose are held,
/// since what vanishes in a crowd is more likely not seen than not there. No I/O and no clock;
/// belongs to one thread.
class ExpiryDecision {
public:
    struct Options {
        std::chrono::milliseconds lease{3'000};
        /// A crowd is more than so many of a hundred owners, and more than so many.
        std::uint32_t percent = 20;
        std::size_t owners = 5;
        /// What is held goes by itself after that.
        std::chrono::milliseconds max_hold{std::chrono::minutes(10)};
    };

    explicit ExpiryDecision(const Options& options) : options_(options) {}

    /// Of the sessions with this dns.
    struct HeardOwners {
        std::size_t owners = 0;  ///< that have one
        std::size_t silent = 0;  ///< of these, not heard of for half a lease: more than a beat
    };
    /// Who is gone now. Answers whom decide() is to be called with: owners that aren't held yet. At
    /// once, where all others have sessions here and so few of them are silent that it is no crowd;
    /// else when a beat has passed, in which all that were cut off together are missed. So a crowd
    /// is seen before any of it is taken away.
    std::vector<OwnerId> note_gone(
        const store::GoneOwners& gone, const HeardOwners& heard, Clock::time_point now
    );

    struct Step {
        std::vector<store::Expiry> expire;
        std::vector<store::HeldInstances> hold;
    };
    /// Of those, with what each has of which module.
    Step decide(const std::vector<store::OwnedShare>& shares, Clock::time_point now);

    /// What is held, as the store has it. Answers whose instances are to go after all.
    std::vector<store::Expiry> note_held(const std::vector<store::HeldInstances>& held);
    std::size_t held_owners() const { return held_.size(); }
    bool any_gone() const { return !gone_.empty(); }

private:
    struct Lost {
        Clock::time_point at;
        ModuleId module;
        std::uint64_t instances = 0;
    };

    void forget_old(Clock::time_point now);
    bool is_crowd(std::size_t owners) const;

    Options options_;
    std::map<OwnerId, store::GoneOwner> gone_;
    std::size_t known_ = 0;
    std::set<OwnerId> held_;
    std::vector<OwnerId> deciding_;
    std::optional<Clock::time_point> first_gone_;
    std::deque<Clock::time_point> recently_gone_;  // expired within a lease
    std::deque<Lost> recently_lost_;               // with them
};

}  // namespace lars::dns
