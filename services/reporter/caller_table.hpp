#pragma once

#include "wire/identity.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace lars::reporter {

/// Tells callers apart that report under the same address at the same time: agents in containers of
/// two hosts that have the same inner one, or of hosts that have none but loopback's.
/// ServerCallStatus has no column for more than an address, so the first keeps it, and the others
/// stand there under one that is nobody's: of 240.0.0.0/4, the same at every reporter. Belongs to
/// one thread.
class CallerTable {
public:
    /// An agent's session begins: an instance may have several. Its entries are bounded by these.
    void enter(const wire::InstanceId& instance) { ++instances_[instance].sessions; }
    /// One of its sessions is over; with the last one, others may have its address.
    void leave(const wire::InstanceId& instance);

    /// The address in statistics of an instance that reports under `claimed`.
    std::uint32_t caller_of(const wire::InstanceId& instance, std::uint32_t claimed);
    /// How many have an address that is nobody's.
    std::size_t renamed() const { return renamed_; }

private:
    struct Instance {
        std::size_t sessions = 0;
        std::uint32_t claimed = 0;
        bool renamed = false;
    };
    struct Hash {
        std::size_t operator()(const wire::InstanceId& id) const;
    };

    void give_up_claim(const wire::InstanceId& id, Instance& instance);

    std::unordered_map<wire::InstanceId, Instance, Hash> instances_;
    std::unordered_map<std::uint32_t, wire::InstanceId> holders_;  // by claimed address
    std::size_t renamed_ = 0;
};

}  // namespace lars::reporter
