#pragma once

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
    /// A connection that lived shorter than this doesn't prove that its peer is well.
    std::chrono::milliseconds stable_after{1'000};
    /// Another peer may be well, so it is tried at once, but not by all links in the same moment:
    /// they spread out over this time.
    std::chrono::milliseconds failover_spread{100};
    /// How long a probed first choice must keep a connection open to count as well. A service that
    /// can't serve yet closes it as soon as it has accepted it, so this is a round trip with a
    /// margin.
    std::chrono::milliseconds probe_timeout{200};
};

}  // namespace lars::net
