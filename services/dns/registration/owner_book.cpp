#include "dns/registration/owner_book.hpp"

#include <algorithm>
#include <utility>

namespace lars::dns {
namespace {

OwnerBook::Answer error(const SessionKey& session, std::string why) {
    OwnerBook::Answer answer;
    answer.session = session;
    answer.error = std::move(why);
    return answer;
}

}  // namespace

void OwnerBook::Pending::merge(wire::Announcement announcement) {
    host = std::move(announcement.host);
    start = announcement.start;
    seq = announcement.seq;
    any = true;
    if (announcement.whole) {
        whole = true;
        changes.clear();
    }
    for (auto& each : announcement.withdrawn) {
        auto key = each.key;
        changes[std::move(key)] = {std::move(each), true};
    }
    for (auto& each : announcement.instances) {
        auto key = each.key;
        changes[std::move(key)] = {std::move(each), false};
    }
}

void OwnerBook::Pending::lay_over(Pending later) {
    if (!later.any) return;
    if (!later.whole) {
        for (auto& [key, change] : later.changes) changes[key] = std::move(change);
        later.changes = std::move(changes);
        later.whole = whole;
    }
    *this = std::move(later);
}

OwnerBook::Answers OwnerBook::announce(
    const SessionKey& session,
    const AgentPeer& agent,
    wire::Announcement announcement,
    Clock::time_point now
) {
    const auto id = announcement.owner;
    const Claim claim{session, agent, now};
    const auto known = sessions_.find(session);
    if (known != sessions_.end()) {
        if (!known->second.refused.empty()) return {error(session, known->second.refused)};
        if (known->second.owner != id) {
            return {error(session, "a session announces for one owner only")};
        }
    }
    if (announcement.instances.size() > kMaxInstances) {
        const auto count = std::to_string(announcement.instances.size());
        const auto max = std::to_string(kMaxInstances);
        return {error(session, "an agent may have " + max + " instances, and this has " + count)};
    }
    sessions_[session].owner = id;
    auto& owner = owners_[id];
    if (owner.current && owner.current->session == session) {
        owner.pending.merge(std::move(announcement));
        if (owner.checked) enqueue(owner, id);
        return {};
    }
    if (owner.waiting && owner.waiting->claim.session == session) {
        owner.waiting->pending.merge(std::move(announcement));
        return {};
    }
    Pending pending;
    pending.merge(std::move(announcement));
    // An agent that has come back before its former session ended.
    const bool same = owner.current && owner.current->agent.instance == agent.instance;
    if (same) sessions_.erase(owner.current->session);
    if (same || !owner.current) {
        take_over(owner, claim, std::move(pending), id);
        return {};
    }
    if (owner.waiting) return {refuse(claim, why_twice(id, owner.current->agent.address, claim))};
    owner.waiting = {claim, std::move(pending)};
    return {};
}

void OwnerBook::take_over(Owner& owner, Claim claim, Pending pending, const OwnerId& id) {
    const bool same = owner.checked && owner.instance == claim.agent.instance;
    owner.current = std::move(claim);
    owner.pending.lay_over(std::move(pending));
    if (same) {
        owner.ended.reset();
        owner.session_changed = true;
        enqueue(owner, id);
    } else {
        owner.checked = false;
    }
}

void OwnerBook::end(const SessionKey& session, Clock::time_point last_sign) {
    const auto found = sessions_.find(session);
    if (found == sessions_.end()) return;
    const auto id = found->second.owner;
    sessions_.erase(found);
    const auto known = owners_.find(id);
    if (known == owners_.end()) return;
    auto& owner = known->second;
    if (owner.waiting && owner.waiting->claim.session == session) {
        owner.waiting.reset();
    } else if (owner.current && owner.current->session == session) {
        owner.current.reset();
        if (owner.checked) {
            owner.ended = last_sign;
            owner.session_changed = true;
        }
        if (owner.waiting) {
            auto waiting = std::move(*owner.waiting);
            owner.waiting.reset();
            take_over(owner, std::move(waiting.claim), std::move(waiting.pending), id);
        }
    }
    forget_if_idle(id);
}

OwnerBook::Answers OwnerBook::refuse_waiting(Clock::time_point now) {
    Answers answers;
    for (auto& [id, owner] : owners_) {
        // Whoever falls silent is ended after a lease.
        if (!owner.waiting || now < owner.waiting->claim.since + lease_ + lease_ / 2) continue;
        const auto claim = std::move(owner.waiting->claim);
        owner.waiting.reset();
        answers.push_back(refuse(claim, why_twice(id, owner.current->agent.address, claim)));
    }
    return answers;
}

std::vector<OwnerId> OwnerBook::unchecked() const {
    std::vector<OwnerId> all;
    for (const auto& [id, owner] : owners_) {
        if (owner.current && !owner.checked) all.push_back(id);
    }
    return all;
}

OwnerBook::Answers OwnerBook::note_elsewhere(
    const std::vector<OwnerId>& asked,
    const std::vector<store::OtherSession>& found,
    Clock::time_point now
) {
    Answers answers;
    for (const auto& id : asked) {
        const auto known = owners_.find(id);
        if (known == owners_.end() || !known->second.current || known->second.checked) continue;
        auto& owner = known->second;
        const auto claim = *owner.current;
        const auto other = std::find_if(found.begin(), found.end(), [&](const auto& each) {
            return each.owner == id && each.instance != claim.agent.instance;
        });
        if (other == found.end()) {
            owner.checked = true;
            owner.instance = claim.agent.instance;
            owner.ended.reset();
            owner.session_changed = true;
            enqueue(owner, id);
        } else if (now >= claim.since + lease_ + lease_ / 2) {
            owner.current.reset();
            owner.pending = {};
            answers.push_back(refuse(claim, why_twice(id, "one at dns " + other->dns, claim)));
            forget_if_idle(id);
        }
    }
    return answers;
}

bool OwnerBook::has_sessions() const {
    return std::ranges::any_of(owners_, [](const auto& each) {
        return each.second.session_changed;
    });
}

std::vector<store::SessionChange> OwnerBook::take_sessions(Clock::time_point now) {
    std::vector<store::SessionChange> changes;
    std::vector<OwnerId> ended;
    for (auto& [id, owner] : owners_) {
        if (!owner.session_changed) continue;
        owner.session_changed = false;
        store::SessionChange change;
        change.owner = id;
        change.instance = owner.instance;
        change.ended = owner.ended.has_value();
        if (owner.ended) {
            change.ago = std::chrono::duration_cast<std::chrono::microseconds>(now - *owner.ended);
            ended.push_back(id);
        }
        changes.push_back(change);
    }
    sessions_in_flight_ = changes;
    sessions_taken_ = now;
    for (const auto& id : ended) forget_if_idle(id);
    return changes;
}

void OwnerBook::sessions_failed() {
    for (const auto& each : sessions_in_flight_) {
        auto& owner = owners_[each.owner];
        if (owner.session_changed) continue;  // it has changed again meanwhile
        owner.session_changed = true;
        if (!each.ended) continue;
        owner.instance = each.instance;
        owner.ended = sessions_taken_ - each.ago;
    }
}

std::vector<store::OwnerChange> OwnerBook::take_changes(std::size_t max_instances) {
    std::vector<store::OwnerChange> changes;
    std::size_t instances = 0;
    while (!queue_.empty() && instances < max_instances) {
        const auto id = queue_.front();
        queue_.pop_front();
        auto& owner = owners_.at(id);
        owner.queued = false;
        auto pending = std::exchange(owner.pending, {});
        store::OwnerChange change;
        change.owner = id;
        change.host = pending.host;
        change.start = pending.start;
        change.seq = pending.seq;
        change.whole = pending.whole;
        for (const auto& [key, each] : pending.changes) {
            if (each.withdrawn) {
                change.withdrawn.push_back({key, each.instance.reason});
            } else {
                change.instances.push_back(each.instance);
            }
        }
        instances += pending.changes.size() + 1;
        in_flight_.emplace_back(id, std::move(pending));
        changes.push_back(std::move(change));
    }
    return changes;
}

OwnerBook::Answers OwnerBook::stored(const std::vector<store::StoredChange>& stored) {
    Answers answers;
    auto done = std::exchange(in_flight_, {});
    for (std::size_t i = 0; i < done.size(); ++i) {
        const auto& [id, pending] = done[i];
        const auto found = owners_.find(id);
        if (found != owners_.end() && found->second.current) {
            answers.push_back(
                {found->second.current->session, pending.start, pending.seq, stored[i].refused, {}}
            );
        }
        forget_if_idle(id);
    }
    return answers;
}

void OwnerBook::store_failed() {
    for (auto& [id, pending] : std::exchange(in_flight_, {})) {
        auto& owner = owners_[id];
        pending.lay_over(std::exchange(owner.pending, {}));
        owner.pending = std::move(pending);
        enqueue(owner, id);
    }
}

std::vector<SessionKey> OwnerBook::sessions() const {
    std::vector<SessionKey> all;
    for (const auto& [key, session] : sessions_) {
        if (session.refused.empty()) all.push_back(key);
    }
    return all;
}

void OwnerBook::enqueue(Owner& owner, const OwnerId& id) {
    if (owner.queued || !owner.pending.any) return;
    owner.queued = true;
    queue_.push_back(id);
}

// One whose session has ended goes when all of it is written.
void OwnerBook::forget_if_idle(const OwnerId& id) {
    const auto found = owners_.find(id);
    if (found == owners_.end()) return;
    const auto& owner = found->second;
    const bool in_flight =
        std::ranges::any_of(in_flight_, [&](const auto& each) { return each.first == id; });
    if (owner.current || owner.waiting || owner.session_changed || owner.queued || in_flight)
        return;
    owners_.erase(found);
}

OwnerBook::Answer OwnerBook::refuse(const Claim& claim, std::string why) {
    sessions_[claim.session].refused = why;
    return error(claim.session, std::move(why));
}

std::string OwnerBook::why_twice(const OwnerId& id, const std::string& other, const Claim& claim)
    const {
    return "two agents say that they are owner " + short_text(id) + ": " + other +
           ", whose instances stay, and " + claim.agent.address +
           "; one has a copy of the other's state directory: remove its file agent-owner";
}

}  // namespace lars::dns
