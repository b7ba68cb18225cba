#pragma once

#include <chrono>
#include <cstddef>

namespace lars::net {

/// When a session gives its peer up, and what it judges the peer by.
struct SessionOptions {
    /// Silence after which a peer is given up, if it is one that would say Hello in between, or has
    /// sent no frame yet. An original agent may rightly be silent for hours and never connects
    /// again when it is closed: TCP keepalive looks after that one.
    std::chrono::milliseconds idle_timeout{60'000};
    /// From the first byte of a frame to its last.
    std::chrono::milliseconds half_frame_timeout{10'000};
    /// How long one write may make no progress.
    std::chrono::milliseconds write_timeout{20'000};
    /// Unsent bytes at which a peer that doesn't read is closed.
    std::size_t high_water = 8 << 20;
    /// Above 0: say Hello this often, and give a peer up that answers it and falls silent.
    std::chrono::milliseconds heartbeat{0};
    /// How long such a peer may be silent; 0: three heartbeats.
    std::chrono::milliseconds answer_timeout{0};
    /// From connecting until a peer that has said nothing is presumed to be an original one. A peer
    /// of ours answers within a round trip; a second also covers one whose thread is busy with a
    /// large route table.
    std::chrono::milliseconds hello_timeout{1'000};
    /// How long a session that has been served to its end waits for its last answers to be written.
    std::chrono::milliseconds flush_timeout{2'000};
};

}  // namespace lars::net
