#pragma once

#include "base/instance.hpp"
#include "base/owner.hpp"
#include "wire/announcement.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace lars::agent {

/// Decides what dns is told of this agent's instances: all of them with a new connection, then what
/// has changed; one announcement after the other, each when the last one is stored. So changes that
/// come meanwhile go together. No I/O; belongs to one thread.
class Announcer {
public:
    Announcer(const OwnerId& owner, std::string host, std::uint64_t start)
        : owner_(owner), host_(std::move(host)), start_(start) {}

    /// What there is to announce now, and why what went did.
    void set(
        std::map<InstanceKey, Instance> instances, std::map<InstanceKey, std::string> departed
    );

    /// There is a dns that registers, or none any more.
    void connect();
    void disconnect();

    /// What is to be sent now.
    std::optional<wire::Announcement> next();
    /// dns has stored up to that number; what it refused of that, it did for good.
    void note_stored(std::uint64_t seq, std::map<InstanceKey, std::string> refused);
    /// dns wants all of it again.
    void announce_again();

    /// Whether dns has stored the instance as it is here.
    bool is_stored(const InstanceKey& key) const;
    /// What isn't registered any more, while dns hasn't stored that.
    std::vector<Instance> leaving() const;
    /// Why dns doesn't take it; empty: it does, or hasn't said so.
    std::string refusal(const InstanceKey& key) const;
    bool connected() const { return connected_; }

private:
    wire::Announcement whole() const;
    wire::Announcement changes();

    OwnerId owner_;
    std::string host_;
    std::uint64_t start_;
    std::uint64_t seq_ = 0;
    std::map<InstanceKey, Instance> instances_;
    std::map<InstanceKey, std::string> departed_;
    // What was announced in this session, and the part of it that is stored.
    std::map<InstanceKey, Instance> sent_;
    std::map<InstanceKey, Instance> stored_;
    std::map<InstanceKey, std::string> refused_;
    bool connected_ = false;
    bool whole_due_ = false;
    bool in_flight_ = false;
    bool ever_any_ = false;  // there is nothing to say while there never was any instance
};

}  // namespace lars::agent
