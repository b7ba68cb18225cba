#pragma once

#include "net/link_options.hpp"
#include "runtime/asio.hpp"

#include <cstdint>
#include <optional>

namespace lars::net {

/// All that a link decides, without its connections: which peer is next, when it is tried, what of
/// it is worth a line in the log, and the way back to the first choice. No I/O, clock or
/// randomness: time and random numbers, evenly distributed over all values, are arguments. Belongs
/// to one thread.
///
/// A link goes round in a circle: begin_attempt(), then connect_failed(), or connected() and
/// end_session(); then next_attempt(). A session that ended by an exception leaves end_session()
/// out, and so proves nothing.
class LinkState {
public:
    /// An outage is a few lines in the log, not some for each attempt: aloud is the level that the
    /// news deserves, quietly is debug.
    enum class Loudness { aloud, quietly, silent };

    /// What became of a connection to the first choice, made to see whether it is well again.
    enum class Probe {
        unreachable,  ///< it couldn't be made
        ended,        ///< it was closed at once, or something came that nobody had requested
        kept,         ///< it was kept open for the probe timeout
    };

    /// `options` must outlive it. The first choice is drawn, so that many links spread out.
    LinkState(const LinkOptions& options, std::uint32_t random);

    /// The peer that is tried or served by, as an index into the options' peers.
    std::size_t peer() const { return peer_; }
    std::size_t first_choice() const { return first_choice_; }
    bool at_first_choice() const { return peer_ == first_choice_; }

    // One attempt after another.

    /// Counts as failed until a session has proved the contrary.
    void begin_attempt();
    Loudness connect_failed();
    Loudness connected(Clock::time_point now);
    /// Looked at now and then while connected. True once, when a connection that came after an
    /// outage has lasted long enough to be news.
    bool outage_over(Clock::time_point now);
    /// The session has ended; says how loudly its loss is reported. One that lasted long enough
    /// ends the back-off.
    Loudness end_session(Clock::time_point now);
    /// Goes on to the next peer, and says how long to wait first; nothing when the next connection
    /// is there already.
    std::optional<std::chrono::milliseconds> next_attempt(std::uint32_t random);

    // The way back to the first choice.

    /// How long to serve on before the first choice is probed (again).
    std::chrono::milliseconds probe_delay(std::uint32_t random) const;
    /// Whether to end the session with the other peer and go on with the probe's connection.
    bool returns_after(Probe probe);

private:
    const LinkOptions& options_;
    runtime::Backoff backoff_;
    std::size_t first_choice_;
    std::size_t peer_;
    std::size_t failed_in_row_ = 0;
    Clock::time_point connected_since_;
    bool returning_ = false;
    bool outage_logged_ = false;
};

}  // namespace lars::net
