#pragma once

#include "base/instance.hpp"
#include "base/owner.hpp"
#include "store/engine/database.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace lars::store {

/// What an owner announces of its instances.
struct OwnerChange {
    OwnerId owner{};
    std::string host;  ///< what the owner calls its host, for people
    /// How often the owner has started, and how often it has announced something since: a change
    /// that isn't later than the last one that was stored is void.
    std::uint64_t start = 0;
    std::uint64_t seq = 0;
    bool whole = false;  ///< `instances` are all that it has
    std::vector<Instance> instances;
    struct Withdrawal {
        InstanceKey key;
        std::string reason;
    };
    std::vector<Withdrawal> withdrawn;
};

/// An instance that can't be stored, and why, in words for people.
struct RefusedInstance {
    InstanceKey key;
    std::string why;
};

/// What became of a change.
struct StoredChange {
    bool late = false;     ///< void: a later one was stored before
    std::size_t rows = 0;  ///< that are different now
    std::vector<RefusedInstance> refused;
};

/// The instances of owners, as rows of RouteData and RouteMore beside those that people write.
class Registrations {
public:
    explicit Registrations(Database& database) : database_(database) {}

    /// Stores the changes of several owners in one transaction, each owner once; answers what
    /// became of each. A service whose name nobody has gets one, with ids of its own. What became
    /// of whom is in RouteAudit.
    Awaitable<Result<std::vector<StoredChange>>> store(std::vector<OwnerChange> changes);

private:
    Database& database_;
};

}  // namespace lars::store
