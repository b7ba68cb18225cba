#pragma once

#include "store/instance_rows.hpp"

#include <set>
#include <string>
#include <vector>

namespace lars::store {

/// What owners want of the tables: rows to be there as they are here, and what is to go.
struct WantedRows {
    std::vector<OwnedRow> rows;  ///< each owner's endpoint of a module once
    std::set<OwnerId> whole;     ///< owners of whose rows all others are to go
    /// Further rows to go, of which only the keys are looked at, and the reason is why.
    std::vector<OwnedRow> withdrawn;
    /// What is said of those of whole owners that go: withdrawn, or expired, and why.
    bool expired = false;
    std::string why = "no longer registered";
};

/// Something that became of an instance, for the audit.
struct InstanceEvent {
    enum class Kind { registered, withdrawn, failed, passed, drained, undrained, changed, expired };
    Kind kind = Kind::registered;
    OwnerId owner{};
    ModuleId module;
    Endpoint endpoint;
    std::string reason;
};

/// As RouteAudit.action has it.
const char* to_string(InstanceEvent::Kind kind);

/// What is to be done to the tables, and what became of whom by it. A row that moves from one table
/// to the other is removed and added.
struct InstanceDiff {
    std::vector<OwnedRow> added;
    std::vector<PresentOwnedRow> changed;
    std::vector<PresentOwnedRow> removed;
    std::vector<InstanceEvent> events;
};

/// `present` has the rows of the wanted endpoints, and all of the whole owners.
InstanceDiff diff_of(const WantedRows& wanted, std::vector<PresentOwnedRow> present);

/// An audit entry for several events of one kind, of one owner and module.
struct InstanceAudit {
    InstanceEvent::Kind kind = InstanceEvent::Kind::registered;
    OwnerId owner{};
    ModuleId module;
    std::uint64_t removed = 0;  ///< rows that are gone
    std::string detail;         ///< the first endpoint and its reason, and how many there are else
};
std::vector<InstanceAudit> audit_of(std::vector<InstanceEvent> events);

}  // namespace lars::store
