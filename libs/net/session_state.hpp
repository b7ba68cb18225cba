#pragma once

#include "net/frame_reader.hpp"
#include "net/peer.hpp"
#include "net/session_counters.hpp"
#include "net/session_options.hpp"
#include "net/write_queue.hpp"
#include "runtime/asio.hpp"
#include "wire/frame.hpp"
#include "wire/identity.hpp"

#include <optional>
#include <span>
#include <string>

namespace lars::net {

/// All that a session decides, without its stream: bytes in, frames out; frames in, bytes out;
/// Hello and its answer; every deadline; why it ends, and what of that is counted. No I/O and no
/// clock: the time is an argument, and Session does what is decided here.
///
/// After any call the owner looks at open() and has_unsent(): a closed session's stream is to be
/// closed, and unsent bytes are to be written. Belongs to one thread.
class SessionState {
public:
    /// `options`, `self` and `counters` must outlive it. `now` is when the connection was made;
    /// `expected` says what is known of the peer.
    SessionState(
        const SessionOptions& options,
        const wire::Identity& self,
        SessionCounters& counters,
        Clock::time_point now,
        PeerExpectation expected = PeerExpectation::either
    );

    // What the peer sends.

    /// Whether bytes that come now would be of use.
    bool wants_bytes() const { return open() && !reader_.broken(); }
    /// Where the next bytes go: at least one. Ends the life of frames.
    std::span<std::uint8_t> prepare() { return reader_.prepare(); }
    /// So many bytes were written to prepare()'s place.
    void receive(std::size_t size, Clock::time_point now);
    /// Reading has ended. After eof the session stays open for answers; it is closed for anything
    /// else. A stream that ends within a frame is counted, unless this side ended it.
    void end_reading(const error_code& error);
    /// The next frame for the session's owner, valid until prepare(); Hello and HelloAck are dealt
    /// with here. Nothing when more bytes are needed or the session is over.
    std::optional<FrameView> next();

    // What is sent to the peer.

    /// Queues a frame, or closes the session when the peer has let too much pile up. Without effect
    /// on a closed session.
    void send(wire::EncodedFrame frame);
    void say_hello(Clock::time_point now);
    bool has_unsent() const { return !queue_.empty(); }
    std::size_t unsent() const { return queue_.bytes(); }
    /// A write begins, of these buffers. At most one is under way at a time.
    std::span<const asio::const_buffer> begin_write(Clock::time_point now);
    /// It has ended, with so many bytes written.
    void end_write(std::size_t size, const error_code& error);

    // Deadlines.

    /// Closes what is past a deadline, judges a peer that says nothing, and says Hello when a
    /// heartbeat is due.
    void enforce_deadlines(Clock::time_point now);
    /// From now on the peer is given up after that silence, in place of the options' idle timeout.
    void set_idle_timeout(std::chrono::milliseconds timeout) { idle_timeout_ = timeout; }
    /// The same of the options' heartbeat and answer timeout.
    void set_heartbeat(
        std::chrono::milliseconds heartbeat, std::chrono::milliseconds answer_timeout
    ) {
        heartbeat_ = heartbeat;
        answer_timeout_ = answer_timeout;
    }
    /// When the peer gave its last sign of life, or when the connection was made.
    Clock::time_point last_received() const { return received_; }

    // The end.

    /// Only the first reason counts.
    void close(std::string reason);
    bool open() const { return open_; }
    /// In words, for the log; empty while it is open.
    const std::string& close_reason() const { return close_reason_; }

    const Peer& peer() const { return peer_; }

private:
    bool handle_hello(const FrameView& frame);
    template <class Message>
    bool meet(const FrameView& frame);
    void check_stream();
    std::chrono::milliseconds answer_timeout() const;
    bool expects_sign_of_life() const { return peer_.knows_hello() || !frame_seen_; }

    const SessionOptions& options_;
    const wire::Identity& self_;
    SessionCounters& counters_;
    FrameReader reader_;
    WriteQueue queue_;
    Peer peer_;
    std::string close_reason_;
    std::chrono::milliseconds idle_timeout_;
    std::chrono::milliseconds heartbeat_;
    std::chrono::milliseconds answer_timeout_;
    Clock::time_point received_;  // the last bytes, or when the connection was made
    Clock::time_point greeted_;   // when Hello was last said, or the connection was made
    std::optional<Clock::time_point> half_frame_since_;
    std::optional<Clock::time_point> writing_since_;
    bool open_ = true;
    bool frame_seen_ = false;
};

}  // namespace lars::net
