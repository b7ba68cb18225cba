#pragma once

#include "runtime/asio.hpp"
#include "store/owner_sessions.hpp"
#include "store/registrations.hpp"
#include "wire/announcement.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lars::dns {

/// A session among those of all contexts.
struct SessionKey {
    std::size_t context = 0;
    std::uint64_t number = 0;

    friend auto operator<=>(const SessionKey&, const SessionKey&) = default;
};

/// Which agent a session is of.
struct AgentPeer {
    store::AgentId instance{};
    std::string address;  ///< for people
};

/// The owners that announce to this dns: which session each has, what of it is to be written, and
/// what of what they announced is to be stored. No I/O and no clock; belongs to one thread.
///
/// Of two agents that say they are the same owner, the second waits. It takes the first one's place
/// when that ends, which one that was restarted does; when it is there after a lease still, both
/// live, and the second is refused.
class OwnerBook {
public:
    /// So many instances of one owner; what is above is refused.
    static constexpr std::size_t kMaxInstances = 5'000;

    explicit OwnerBook(std::chrono::milliseconds lease) : lease_(lease) {}

    /// What a session is to be told.
    struct Answer {
        SessionKey session;
        std::uint64_t start = 0;
        std::uint64_t seq = 0;
        std::vector<store::RefusedInstance> refused{};
        std::string error{};  ///< nothing of it is taken
    };
    using Answers = std::vector<Answer>;

    /// A session announces. Answers what is refused at once.
    Answers announce(
        const SessionKey& session,
        const AgentPeer& agent,
        wire::Announcement announcement,
        Clock::time_point now
    );
    /// It has ended, having given its last sign of life then.
    void end(const SessionKey& session, Clock::time_point last_sign);
    /// Who waits for longer than an agent could be silent.
    Answers refuse_waiting(Clock::time_point now);

    // New owners are looked for at other dns services, before they are taken.

    std::vector<OwnerId> unchecked() const;
    /// What was found of them. Who is elsewhere as another agent is to be looked for again, until
    /// it has been for a lease; then it is refused.
    Answers note_elsewhere(
        const std::vector<OwnerId>& asked,
        const std::vector<store::OtherSession>& found,
        Clock::time_point now
    );

    // Sessions that are to be written.

    bool has_sessions() const;
    std::vector<store::SessionChange> take_sessions(Clock::time_point now);
    void sessions_failed();

    // What is to be stored: one part at a time.

    bool has_changes() const { return !queue_.empty(); }
    /// Of some owners, of about so many instances together.
    std::vector<store::OwnerChange> take_changes(std::size_t max_instances);
    Answers stored(const std::vector<store::StoredChange>& stored);
    /// What was taken is to be stored again.
    void store_failed();

    /// Each session that is some owner's.
    std::vector<SessionKey> sessions() const;
    std::size_t owners() const { return sessions_.size(); }

private:
    struct Change {
        Instance instance;
        bool withdrawn = false;
    };
    /// What isn't stored yet.
    struct Pending {
        std::string host;
        std::uint64_t start = 0;
        std::uint64_t seq = 0;
        bool any = false;
        bool whole = false;
        std::map<InstanceKey, Change> changes;

        void merge(wire::Announcement announcement);
        /// What came later is laid over this.
        void lay_over(Pending later);
    };
    struct Claim {
        SessionKey session;
        AgentPeer agent;
        Clock::time_point since;
    };
    struct Waiting {
        Claim claim;
        Pending pending;
    };
    struct Owner {
        std::optional<Claim> current;
        bool checked = false;  // its session is nobody else's, here or elsewhere
        std::optional<Waiting> waiting;
        Pending pending;
        bool queued = false;
        // The session that is to be written, if there is one.
        bool session_changed = false;
        store::AgentId instance{};  // of that session
        std::optional<Clock::time_point> ended;
    };
    struct Session {
        OwnerId owner{};
        std::string refused;  // why; empty: it isn't
    };

    void take_over(Owner& owner, Claim claim, Pending pending, const OwnerId& id);
    void enqueue(Owner& owner, const OwnerId& id);
    void forget_if_idle(const OwnerId& id);
    /// For good: whatever else the session announces.
    Answer refuse(const Claim& claim, std::string why);
    std::string why_twice(const OwnerId& id, const std::string& other, const Claim& claim) const;

    std::chrono::milliseconds lease_;
    std::map<OwnerId, Owner> owners_;
    std::map<SessionKey, Session> sessions_;
    std::deque<OwnerId> queue_;  // owners with something to store
    std::vector<std::pair<OwnerId, Pending>> in_flight_;
    std::vector<store::SessionChange> sessions_in_flight_;
    Clock::time_point sessions_taken_;
};

}  // namespace lars::dns
