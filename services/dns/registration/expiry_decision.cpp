#include "dns/registration/expiry_decision.hpp"

#include <algorithm>

namespace lars::dns {
namespace {

// Beats come once in a third of a lease, so that those who go together are missed within that.
constexpr int kBeatsInLease = 3;

}  // namespace

std::vector<OwnerId> ExpiryDecision::note_gone(
    const store::GoneOwners& gone, const HeardOwners& heard, Clock::time_point now
) {
    forget_old(now);
    gone_.clear();
    if (gone.known > 0) known_ = gone.known;
    std::set<OwnerId> waiting;
    for (const auto& each : gone.owners) {
        gone_[each.owner] = each;
        if (held_.contains(each.owner)) continue;
        waiting.insert(each.owner);
        if (!first_gone_) first_gone_ = now;
    }
    deciding_.clear();
    if (waiting.empty()) {
        first_gone_.reset();
        return {};
    }
    // Those who were cut off together are all silent when the first of them is gone.
    const bool all_heard = heard.owners + gone_.size() >= known_;
    const bool alone = all_heard && !is_crowd(waiting.size() + heard.silent);
    const auto longest = options_.lease / kBeatsInLease + options_.lease / 10;
    if (!alone && now < *first_gone_ + longest) return {};
    deciding_.assign(waiting.begin(), waiting.end());
    return deciding_;
}

void ExpiryDecision::forget_old(Clock::time_point now) {
    const auto begin = now - options_.lease;
    while (!recently_gone_.empty() && recently_gone_.front() < begin) recently_gone_.pop_front();
    std::erase_if(recently_lost_, [&](const auto& each) { return each.at < begin; });
}

bool ExpiryDecision::is_crowd(std::size_t owners) const {
    const auto count = owners + recently_gone_.size();
    return count > options_.owners && count * 100 > known_ * options_.percent;
}

ExpiryDecision::Step ExpiryDecision::decide(
    const std::vector<store::OwnedShare>& shares, Clock::time_point now
) {
    Step step;
    const bool crowd = is_crowd(deciding_.size());
    struct Loss {
        std::uint64_t lost = 0;
        std::uint64_t all = 0;
        std::uint64_t before = 0;  // that went within a lease
        bool too_much() const {
            return lost >= all || (all + before > 2 && 2 * (lost + before) > all + before);
        }
    };
    std::map<ModuleId, Loss> losses;
    for (const auto& each : shares) {
        losses[each.module].lost += each.serving;
        losses[each.module].all = each.all;
    }
    for (const auto& each : recently_lost_) {
        const auto found = losses.find(each.module);
        if (found != losses.end()) found->second.before += each.instances;
    }
    for (const auto& id : deciding_) {
        const auto& owner = gone_.at(id);
        if (crowd) {
            held_.insert(id);
            store::HeldInstances held;
            held.owner = id;
            held.host = owner.host;
            step.hold.push_back(std::move(held));
            continue;
        }
        store::Expiry expiry{id, owner.host, {}};
        for (const auto& each : shares) {
            if (each.owner != id || each.serving == 0) continue;
            if (!losses[each.module].too_much()) {
                recently_lost_.push_back({now, each.module, each.serving});
                continue;
            }
            expiry.except.push_back(each.module);
            store::HeldInstances held;
            held.owner = id;
            held.module = each.module;
            held.reason = store::HeldBecause::last_ones;
            held.host = owner.host;
            step.hold.push_back(std::move(held));
        }
        if (!expiry.except.empty()) held_.insert(id);
        recently_gone_.push_back(now);
        step.expire.push_back(std::move(expiry));
    }
    deciding_.clear();
    first_gone_.reset();
    return step;
}

std::vector<store::Expiry> ExpiryDecision::note_held(const std::vector<store::HeldInstances>& held
) {
    held_.clear();
    std::map<OwnerId, store::Expiry> released;
    for (const auto& each : held) {
        held_.insert(each.owner);
        if (!each.confirmed && each.held_for < options_.max_hold) continue;
        released[each.owner] = {each.owner, each.host, {}};
    }
    // Of one owner all that is held goes, or what isn't to go yet is left out.
    for (const auto& each : held) {
        const auto found = released.find(each.owner);
        const bool stays = !each.confirmed && each.held_for < options_.max_hold;
        if (found == released.end() || !stays) continue;
        if (each.module) found->second.except.push_back(*each.module);
    }
    std::vector<store::Expiry> all;
    for (auto& [id, expiry] : released) all.push_back(std::move(expiry));
    return all;
}

}  // namespace lars::dns
