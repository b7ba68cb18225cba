#pragma once

#include "runtime/asio.hpp"
#include "wire/identity.hpp"

#include <chrono>
#include <optional>

namespace lars::net {

/// What kind of process is at the other end.
enum class PeerKind {
    unknown,   ///< no Hello yet, and the time for one isn't over
    original,  ///< neither said nor answered Hello in time: one that knows nothing of it
    ours,      ///< has said or answered Hello, however late
};

/// What a session knows of the process at its other end, and the one place that decides what kind
/// it is. No clock: the time is an argument.
class Peer {
public:
    Peer(Clock::time_point connected, std::chrono::milliseconds hello_timeout)
        : hello_until_(connected + hello_timeout) {}

    /// Hello or its answer has come. A later one replaces an earlier one.
    void identify(const wire::PeerIdentity& identity) { identity_ = identity; }

    PeerKind kind(Clock::time_point now) const;
    /// Whether it may be relied on to answer Hello: it has done so, or said Hello itself.
    bool knows_hello() const { return identity_.has_value(); }
    const std::optional<wire::PeerIdentity>& identity() const { return identity_; }

    /// The largest body, in bytes, that may be sent to it: what every peer accepts, or what it
    /// claimed in Hello, as far as that lies between the original's limit and ours.
    std::size_t max_body() const;

private:
    Clock::time_point hello_until_;
    std::optional<wire::PeerIdentity> identity_;
};

}  // namespace lars::net
