#pragma once

#include "net/link_options.hpp"
#include "runtime/asio.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace lars::net {

/// All that a link decides, without its connections: which peer is next, when it is tried, whether
/// it is well, what of it is worth a line in the log, and the way to a better one. No I/O, clock or
/// randomness: time and random numbers, evenly distributed over all values, are arguments. Belongs
/// to one thread.
///
/// A link goes round in a circle: begin_attempt(), then connect_failed(), or accepts() for what the
/// peer turns out to be and end_session(); then next_attempt(). A session that ended by an
/// exception leaves end_session() out, and so proves nothing.
///
/// A peer that answers Hello is well. Whether one that doesn't is an original one, or one of ours
/// that hangs, nobody can tell at first; so a link prefers who answers. Who has answered at an
/// address is expected to do so there for ever: silent, it hangs, and is never served.
class LinkState {
public:
    /// An outage is a few lines in the log, not some for each attempt: aloud is the level that the
    /// news deserves, quietly is debug.
    enum class Loudness { aloud, quietly, silent };

    /// What became of a connection to another peer, made to see whether it is well.
    enum class Probe {
        unreachable,  ///< it couldn't be made
        ended,        ///< it was closed at once, or something came that nobody had requested
        unanswered,   ///< it was kept open, and Hello wasn't answered
        answered,
    };

    /// `options` must outlive it. The first choice is drawn, so that many links spread out.
    LinkState(const LinkOptions& options, std::uint32_t random);

    /// The peer that is tried or served by, as an index into the options' peers.
    std::size_t peer() const { return peer_; }
    std::size_t first_choice() const { return first_choice_; }
    bool at_first_choice() const { return peer_ == first_choice_; }
    /// What is known of a peer before it has said a word.
    PeerExpectation expected(std::size_t peer) const;

    // One attempt after another.

    /// Counts as failed until a session has proved the contrary.
    void begin_attempt();
    Loudness connect_failed();
    /// The peer turns out to be of this kind, or of another one than before. False: it isn't served
    /// (any longer), since it isn't what it should be, or others may be better.
    bool accepts(PeerKind kind, Clock::time_point now);
    /// Whether the peer has been accepted since the attempt began.
    bool accepted() const { return accepted_since_.has_value(); }
    Loudness loudness() const { return outage_logged_ ? Loudness::quietly : Loudness::aloud; }
    /// Whether every peer has failed since one was well: none is better then than a slow one.
    bool every_peer_failed() const { return failed_in_row_ > options_.peers.size(); }
    /// Looked at now and then while connected. True once, when a peer that was accepted after an
    /// outage has served long enough to be news.
    bool outage_over(Clock::time_point now);
    /// The session has ended; says how loudly its loss is reported. One that lasted long enough
    /// ends the back-off.
    Loudness end_session(Clock::time_point now);
    /// Goes on to the next peer, and says how long to wait first; nothing when that was chosen
    /// because it is well.
    std::optional<std::chrono::milliseconds> next_attempt(std::uint32_t random);

    /// No delay of next_attempt() is longer than that from now on.
    void set_max_backoff(std::chrono::milliseconds max) { backoff_.set_max(max); }

    // The way to a better peer.

    /// How long to serve on before another peer is probed (again): longer each time that a peer
    /// which answered the probe was lost soon after, as one is that is short of CPU.
    std::chrono::milliseconds probe_delay(std::uint32_t random) const;
    /// Whom to probe: the first choice, or, from a peer that is only presumed to be well, each
    /// other one in turn. Nobody when there is none better.
    std::optional<std::size_t> next_probe();
    /// Whether to end the present session and go to the probed peer.
    bool moves_to(std::size_t peer, Probe probe);

private:
    /// Whether Hello is answered at an address.
    enum class Greeting { untried, unanswered, answered };

    bool others_may_answer() const;

    const LinkOptions& options_;
    runtime::Backoff backoff_;
    std::size_t first_choice_;
    std::size_t peer_;
    std::vector<Greeting> greetings_;  // of each peer
    std::size_t failed_in_row_ = 0;
    std::optional<Clock::time_point> accepted_since_;
    bool certain_ = false;  // the accepted peer isn't only presumed to be what it is
    std::size_t probed_ = 0;
    std::optional<std::size_t> move_to_;
    bool moved_here_ = false;
    unsigned moves_in_vain_ = 0;  // in a row
    bool outage_logged_ = false;
};

}  // namespace lars::net
