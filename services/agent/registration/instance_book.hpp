#pragma once

#include "agent/registration/check_state.hpp"
#include "agent/registration/registration.hpp"
#include "runtime/asio.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lars::agent {

/// What is registered at this agent, from whatever source, how each instance stands, and so what is
/// announced of it. No I/O and no clock: the time is an argument. Belongs to one thread.
///
/// An instance is announced from its first pass on. One that is withdrawn, or drained, gives up its
/// weight in four steps; one that is withdrawn goes then.
class InstanceBook {
public:
    /// In all: more are refused.
    static constexpr std::size_t kMaxInstances = 5'000;

    /// A file, or a connection; each has a number of its own.
    using Source = std::uint64_t;
    /// One that is lasting, or left from before, belongs to no source.
    static constexpr Source kNoSource = 0;

    /// Registers it, or changes what is said of it; empty, or why not.
    std::string add(Source source, const Registration& registration, Clock::time_point now);
    /// At once, or with its drain.
    enum class Leave { at_once, drained };
    /// Of what that source registered, all but these is gone.
    void keep_only(
        Source source,
        const std::vector<InstanceKey>& keys,
        Leave leave,
        const std::string& reason,
        Clock::time_point now
    );
    /// Whose it is; nothing: it isn't registered.
    std::optional<Source> source_of(const InstanceKey& key) const;
    /// Which instances somebody means: of a service, and of an endpoint if it has an address or a
    /// port.
    std::vector<InstanceKey> find(const InstanceKey& pattern) const;
    void withdraw(
        const InstanceKey& key, Leave leave, const std::string& reason, Clock::time_point now
    );
    /// Over so long, or over the time that it says itself.
    void drain(
        const InstanceKey& key, std::optional<std::chrono::milliseconds> time, Clock::time_point now
    );
    void end_drain(const InstanceKey& key, Clock::time_point now);

    /// What was announced before the agent started: it stays announced, and goes unless it is
    /// registered again until then. What is lasting stays.
    void restore(const std::vector<Registration>& registrations, Clock::time_point until);

    /// A check has a number of its own, for as long as its instance is registered like that.
    struct Check {
        std::uint64_t id = 0;
        InstanceKey key;
        CheckOptions options;
    };
    /// Those that are new since the last time.
    std::vector<Check> take_new_checks() { return std::exchange(new_checks_, {}); }
    bool has_check(std::uint64_t id) const { return checks_.contains(id); }
    /// Answers how the instance stands now.
    CheckState::Verdict note_check(
        std::uint64_t id, const CheckResult& result, Clock::time_point now
    );

    /// Takes the steps that are due. Answers when the next one is.
    Clock::time_point tick(Clock::time_point now);

    /// What is to be announced.
    std::map<InstanceKey, Instance> announced(Clock::time_point now) const;
    /// Why what isn't there any more went, since the last time.
    std::map<InstanceKey, std::string> take_departed() { return std::exchange(departed_, {}); }
    /// Counts up with each change of what is announced.
    std::uint64_t version() const { return version_; }
    /// For the next start.
    std::vector<Registration> registrations() const;

    struct Line {
        Registration registration;
        Instance instance;
        bool starting = false;
        std::chrono::milliseconds since{0};  ///< how long it has stood so
    };
    /// For people.
    std::vector<Line> lines(Clock::time_point now) const;
    std::size_t size() const { return entries_.size(); }

private:
    struct Drain {
        Clock::time_point begun;
        std::chrono::milliseconds time{0};
        bool leaves = false;  // it goes at the end
        std::string reason;
    };
    struct Entry {
        Registration registration;
        Source source = kNoSource;
        std::uint64_t check_id = 0;
        CheckState check;
        std::optional<Drain> drain;
        std::optional<Clock::time_point> left_until;  // left from before, until then
        Clock::time_point since;
    };
    using Entries = std::map<InstanceKey, Entry>;

    void begin_check(Entry& entry);
    void remove(Entries::iterator entry, const std::string& reason);
    void leave(
        Entries::iterator entry, Leave leave, const std::string& reason, Clock::time_point now
    );
    void touch(Entry& entry, Clock::time_point now);
    static Instance instance_of(const Entry& entry, Clock::time_point now);

    Entries entries_;
    std::map<std::uint64_t, InstanceKey> checks_;
    std::vector<Check> new_checks_;
    std::map<InstanceKey, std::string> departed_;
    std::uint64_t next_check_ = 1;
    std::uint64_t version_ = 0;
};

}  // namespace lars::agent
