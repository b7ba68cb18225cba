#include "agent/registration/instance_book.hpp"

#include <algorithm>
#include <iterator>

namespace lars::agent {
namespace {

using Verdict = CheckState::Verdict;

// Each step is an edit of the route at every caller.
constexpr int kDrainSteps = 4;

/// Steps that a drain has taken: at once the first, at the end all.
int steps_taken(Clock::time_point begun, std::chrono::milliseconds time, Clock::time_point now) {
    if (now >= begun + time) return kDrainSteps;
    return 1 + static_cast<int>((now - begun) * kDrainSteps / time);
}

Clock::time_point next_step(
    Clock::time_point begun, std::chrono::milliseconds time, Clock::time_point now
) {
    const auto taken = (now - begun) * kDrainSteps / time;
    // Rounded up, so that it is taken by then.
    return begun + time * (taken + 1) / kDrainSteps + std::chrono::milliseconds(1);
}

bool same_but_source(Registration a, const Registration& b) {
    a.source = b.source;
    return a == b;
}

}  // namespace

std::string InstanceBook::add(
    Source source, const Registration& registration, Clock::time_point now
) {
    const auto& key = registration.key;
    const auto found = entries_.find(key);
    if (found == entries_.end()) {
        if (entries_.size() >= kMaxInstances) {
            return "this agent has " + std::to_string(kMaxInstances) + " instances already";
        }
        const CheckState check(registration.check, Verdict::starting, now);
        Entry entry{registration, source, 0, check, {}, {}, now};
        begin_check(entry);
        entries_.emplace(key, std::move(entry));
        departed_.erase(key);
        ++version_;
        return "";
    }
    auto& entry = found->second;
    entry.source = source;
    entry.left_until.reset();
    const bool left = entry.drain && entry.drain->leaves;
    if (left) entry.drain.reset();
    if (same_but_source(entry.registration, registration) && !left) {
        entry.registration.source = registration.source;
        return "";
    }
    const bool other_check = entry.registration.check != registration.check;
    entry.registration = registration;
    if (other_check) {
        // It goes on to be what it was, until the new check says otherwise.
        entry.check = CheckState(registration.check, entry.check.verdict(), now);
        begin_check(entry);
    }
    touch(entry, now);
    return "";
}

void InstanceBook::begin_check(Entry& entry) {
    checks_.erase(entry.check_id);
    entry.check_id = 0;
    if (entry.registration.check.kind == CheckOptions::Kind::none) return;
    entry.check_id = next_check_++;
    checks_[entry.check_id] = entry.registration.key;
    new_checks_.push_back({entry.check_id, entry.registration.key, entry.registration.check});
}

void InstanceBook::touch(Entry& entry, Clock::time_point now) {
    entry.since = now;
    ++version_;
}

void InstanceBook::remove(Entries::iterator entry, const std::string& reason) {
    checks_.erase(entry->second.check_id);
    departed_[entry->first] = reason;
    entries_.erase(entry);
    ++version_;
}

void InstanceBook::leave(
    Entries::iterator entry, Leave leave, const std::string& reason, Clock::time_point now
) {
    auto& each = entry->second;
    const bool serves = each.check.verdict() == Verdict::passing;
    if (leave == Leave::at_once || !serves || each.registration.drain.count() == 0) {
        return remove(entry, reason);
    }
    if (each.drain && each.drain->leaves) return;
    if (each.drain) {  // it has given up its weight already, or is about to
        each.drain->leaves = true;
        each.drain->reason = reason;
        return;
    }
    each.drain = {now, each.registration.drain, true, reason};
    touch(each, now);
}

void InstanceBook::keep_only(
    Source source,
    const std::vector<InstanceKey>& keys,
    Leave how,
    const std::string& reason,
    Clock::time_point now
) {
    for (auto each = entries_.begin(); each != entries_.end();) {
        const auto next = std::next(each);
        const bool kept = std::ranges::find(keys, each->first) != keys.end();
        if (each->second.source == source && !kept) leave(each, how, reason, now);
        each = next;
    }
}

std::vector<InstanceKey> InstanceBook::find(const InstanceKey& pattern) const {
    const auto any_address = pattern.endpoint.address == std::array<std::uint8_t, 16>{};
    std::vector<InstanceKey> keys;
    for (const auto& [key, entry] : entries_) {
        const bool port = pattern.endpoint.port == 0 || pattern.endpoint.port == key.endpoint.port;
        const bool address = any_address || pattern.endpoint.address == key.endpoint.address;
        if (key.service == pattern.service && port && address) keys.push_back(key);
    }
    return keys;
}

void InstanceBook::withdraw(
    const InstanceKey& key, Leave how, const std::string& reason, Clock::time_point now
) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) leave(found, how, reason, now);
}

void InstanceBook::drain(
    const InstanceKey& key, std::optional<std::chrono::milliseconds> time, Clock::time_point now
) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || found->second.drain) return;
    auto& entry = found->second;
    entry.drain = {now, time.value_or(entry.registration.drain), false, ""};
    touch(entry, now);
}

void InstanceBook::end_drain(const InstanceKey& key, Clock::time_point now) {
    const auto found = entries_.find(key);
    if (found == entries_.end() || !found->second.drain) return;
    found->second.drain.reset();
    touch(found->second, now);
}

void InstanceBook::restore(
    const std::vector<Registration>& registrations, Clock::time_point until
) {
    for (const auto& each : registrations) {
        const CheckState check(each.check, Verdict::passing, Clock::time_point());
        Entry entry{each, kNoSource, 0, check, {}, {}, Clock::time_point()};
        if (!each.lasting) entry.left_until = until;
        begin_check(entry);
        entries_.emplace(each.key, std::move(entry));
    }
    ++version_;
}

Verdict InstanceBook::note_check(
    std::uint64_t id, const CheckResult& result, Clock::time_point now
) {
    const auto found = checks_.find(id);
    if (found == checks_.end()) return Verdict::failing;
    const auto entry = entries_.find(found->second);
    auto& check = entry->second.check;
    if (check.note(result, now)) {
        // A process doesn't come back: another one registers by itself.
        const bool ended =
            entry->second.registration.check.kind == CheckOptions::Kind::pid && !result.passed;
        if (ended) {
            remove(entry, result.reason);
            return Verdict::failing;
        }
        touch(entry->second, now);
    }
    return check.verdict();
}

std::optional<InstanceBook::Source> InstanceBook::source_of(const InstanceKey& key) const {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return {};
    return found->second.source;
}

Clock::time_point InstanceBook::tick(Clock::time_point now) {
    auto next = Clock::time_point::max();
    for (auto each = entries_.begin(); each != entries_.end();) {
        const auto following = std::next(each);
        auto& entry = each->second;
        if (entry.left_until) {
            if (now >= *entry.left_until) {
                remove(each, "not registered again after the agent's start");
                each = following;
                continue;
            }
            next = std::min(next, *entry.left_until);
        }
        if (entry.drain) {
            const auto end = entry.drain->begun + entry.drain->time;
            if (now >= end && entry.drain->leaves) {
                const auto reason = entry.drain->reason;
                remove(each, reason);
            } else if (now < end) {
                ++version_;
                next = std::min(next, next_step(entry.drain->begun, entry.drain->time, now));
            }
        }
        each = following;
    }
    return next;
}

Instance InstanceBook::instance_of(const Entry& entry, Clock::time_point now) {
    Instance instance;
    instance.key = entry.registration.key;
    instance.weight = entry.registration.weight;
    instance.zone = entry.registration.zone;
    instance.tags = entry.registration.tags;
    if (entry.check.verdict() != Verdict::passing) {
        instance.state = InstanceState::failing;
        instance.reason = "check failed: " + entry.check.reason();
        instance.reason.resize(std::min(instance.reason.size(), kMaxReasonLength));
    } else if (entry.drain) {
        const auto left = kDrainSteps - steps_taken(entry.drain->begun, entry.drain->time, now);
        instance.state = InstanceState::draining;
        instance.weight = instance.weight * static_cast<std::uint32_t>(left) / kDrainSteps;
    }
    return instance;
}

std::map<InstanceKey, Instance> InstanceBook::announced(Clock::time_point now) const {
    std::map<InstanceKey, Instance> all;
    for (const auto& [key, entry] : entries_) {
        if (entry.check.verdict() == Verdict::starting) continue;
        all[key] = instance_of(entry, now);
    }
    return all;
}

std::vector<Registration> InstanceBook::registrations() const {
    std::vector<Registration> all;
    for (const auto& [key, entry] : entries_) {
        if (entry.check.verdict() == Verdict::passing) all.push_back(entry.registration);
    }
    return all;
}

std::vector<InstanceBook::Line> InstanceBook::lines(Clock::time_point now) const {
    std::vector<Line> all;
    for (const auto& [key, entry] : entries_) {
        Line line;
        line.registration = entry.registration;
        line.instance = instance_of(entry, now);
        line.starting = entry.check.verdict() == Verdict::starting;
        if (entry.since != Clock::time_point()) {
            line.since = std::chrono::duration_cast<std::chrono::milliseconds>(now - entry.since);
        }
        all.push_back(std::move(line));
    }
    return all;
}

}  // namespace lars::agent
