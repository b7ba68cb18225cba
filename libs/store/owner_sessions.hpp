#pragma once

#include "base/owner.hpp"
#include "store/dns_presence.hpp"
#include "store/engine/database.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace lars::store {

/// One start of an agent, by its random id.
using AgentId = std::array<std::uint8_t, 16>;

/// A session of an owner with a dns that has begun, or has ended.
struct SessionChange {
    OwnerId owner{};
    AgentId instance{};
    bool ended = false;
    /// How long ago it gave its last sign of life, if it has ended.
    std::chrono::microseconds ago{0};
};

/// A session with another dns.
struct OtherSession {
    OwnerId owner{};
    AgentId instance{};
    std::string dns;  ///< where that is
};

/// An owner that no living dns has seen for a lease.
struct GoneOwner {
    OwnerId owner{};
    std::string host;
    std::chrono::microseconds silent{0};  ///< since the last sign of life
};

struct GoneOwners {
    std::vector<GoneOwner> owners;
    std::size_t known = 0;  ///< owners in all; not counted while none is gone
};

/// Which owner has a session with which dns: its sign of life. One row for each, written when it
/// begins and when it ends.
class OwnerSessions {
public:
    explicit OwnerSessions(Database& database) : database_(database) {}

    /// Each owner once. An owner that begins is held no more for what it was gone.
    Awaitable<Result<void>> write(DnsId dns, std::vector<SessionChange> changes);
    /// Sessions of these owners with other dns services that live.
    Awaitable<Result<std::vector<OtherSession>>> elsewhere(
        DnsId dns, std::vector<OwnerId> owners, std::chrono::microseconds lease
    );
    /// As this dns has it: nobody, unless it has itself said lately that it lives. So nobody is
    /// thought to be gone because the database's clock was set.
    Awaitable<Result<GoneOwners>> gone(DnsId dns, std::chrono::microseconds lease);
    /// Notes owners of instances that have never had a session, as a restored backup has them: they
    /// are gone from now on, and so is what was seen in the future, as by a clock that was set
    /// back. And forgets dns services that are long gone. Answers how many owners were noted.
    Awaitable<Result<std::size_t>> adopt_strays();

private:
    Database& database_;
};

// In the caller's transaction.

/// What was held of these owners is held no more.
Awaitable<> forget_held(Connection& connection, std::vector<OwnerId> owners);

/// Those of the owners that are gone for so long still, whose rows are locked.
Awaitable<std::vector<OwnerId>> still_gone(
    Connection& connection, std::vector<OwnerId> owners, std::chrono::microseconds lease
);

}  // namespace lars::store
