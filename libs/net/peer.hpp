#pragma once

#include "runtime/asio.hpp"
#include "wire/identity.hpp"

#include <chrono>
#include <optional>

namespace lars::net {

/// What kind of process is at the other end.
enum class PeerKind {
    unknown,            ///< has said nothing yet, and may still say Hello
    presumed_original,  ///< silent for longer than Hello takes: an original one, or one that hangs
    original,           ///< began with something else than Hello, or is known to be one
    ours,               ///< has said or answered Hello, however late
};

/// What is known of a peer before it has said a word: by configuration, or from an earlier
/// connection to its address.
enum class PeerExpectation { either, ours, original };

/// What a session knows of the process at its other end, and the one place that decides what kind
/// it is. No clock: the time is an argument.
class Peer {
public:
    Peer(
        PeerExpectation expected,
        Clock::time_point connected,
        std::chrono::milliseconds hello_timeout
    );

    /// Hello or its answer has come. A later one replaces an earlier one.
    void identify(const wire::PeerIdentity& identity);
    /// Another frame has come. One of ours says or answers Hello before anything else.
    void speak();
    /// Time has passed. Only who may be an original one is ever presumed to be one: one of ours
    /// that is silent is late, or hangs.
    void judge(Clock::time_point now);

    PeerKind kind() const { return kind_; }
    /// Whether it may be relied on to answer Hello: it has done so, here or earlier.
    bool knows_hello() const;
    const std::optional<wire::PeerIdentity>& identity() const { return identity_; }

    /// The largest body, in bytes, that may be sent to it: what every peer accepts, or what it
    /// claimed in Hello, as far as that lies between the original's limit and ours.
    std::size_t max_body() const;

private:
    PeerExpectation expected_;
    PeerKind kind_;
    Clock::time_point hello_until_;
    std::optional<wire::PeerIdentity> identity_;
};

}  // namespace lars::net
