#pragma once

#include "base/instance.hpp"
#include "base/owner.hpp"

#include <proto/lars.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lars::wire {

/// What an agent says of the instances that are registered at it.
struct Announcement {
    OwnerId owner{};
    std::string host;
    std::uint64_t start = 0;
    std::uint64_t seq = 0;
    bool whole = false;
    std::vector<Instance> instances;
    std::vector<Instance> withdrawn;  ///< their keys and reasons count
};

void to_wire(const Instance& instance, InstanceInfo& out);
/// Nothing when its endpoint can't be read; `address` says whether one is needed.
enum class Address { required, optional };
std::optional<Instance> from_wire(
    const InstanceInfo& instance, Address address = Address::required
);

AnnounceRequest to_wire(const Announcement& announcement);
/// Nothing when it doesn't say whose it is. Instances that can't be read are left out, and counted
/// in `refused`.
std::optional<Announcement> from_wire(const AnnounceRequest& request, std::size_t& refused);

}  // namespace lars::wire
