#pragma once

#include "net/peer.hpp"
#include "net/session_options.hpp"
#include "runtime/backoff.hpp"
#include "runtime/peer_address.hpp"

#include <chrono>
#include <vector>

namespace lars::net {

/// Whom a link connects to, and how patiently.
struct LinkOptions {
    /// Equal peers; at least one.
    std::vector<runtime::PeerAddress> peers;
    /// What the peers are known to be; either: each is judged by what it says.
    PeerExpectation expected = PeerExpectation::either;
    /// For name resolution and connecting together.
    std::chrono::milliseconds connect_timeout{1'000};
    /// Between attempts once every peer has failed.
    runtime::Backoff::Options backoff;
    /// How long, at least, a link serves on a peer that isn't its first choice before it tries
    /// that one again; at most twice as long.
    std::chrono::milliseconds return_after{15'000};
    /// An original reporter never says a word: only Hello, or TCP itself, tells that a peer is
    /// dead.
    SessionOptions session{
        .idle_timeout = std::chrono::hours(24 * 365),
        .heartbeat = std::chrono::milliseconds(2'000),
    };
    /// How long a peer of ours may be silent, at least, once every peer has failed: none is better
    /// then than one that is slow.
    std::chrono::milliseconds patient_answer_timeout{3'000};
    /// A peer that served shorter than this isn't proved to be well.
    std::chrono::milliseconds stable_after{1'000};
    /// Another peer may be well, so it is tried at once, but not by all links in the same moment:
    /// they spread out over this time.
    std::chrono::milliseconds failover_spread{100};
};

}  // namespace lars::net
