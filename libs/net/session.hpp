#pragma once

#include "net/session_state.hpp"
#include "runtime/event.hpp"
#include "runtime/stream.hpp"
#include "runtime/task_group.hpp"
#include "wire/frame.hpp"
#include "wire/identity.hpp"

#include <spdlog/logger.h>

#include <functional>
#include <memory>

namespace lars::net {

/// One connection that carries frames; the same for the accepting and the connecting side. Hello
/// and its answer are dealt with here. SessionState decides, this moves the bytes.
///
/// Belongs to the executor of its stream. There may be tens of thousands, so each holds little and
/// no timer of its own: its owner looks at the clock for all of them. Frames are read by
/// serve_frames().
class Session {
public:
    using Serve = std::function<Awaitable<>(Session&)>;

    /// `options`, `self` and `counters` must outlive it. `expected` says what is known of the peer
    /// before it has said a word.
    Session(
        runtime::Stream stream,
        const SessionOptions& options,
        const wire::Identity& self,
        SessionCounters& counters,
        spdlog::logger& log,
        PeerExpectation expected = PeerExpectation::either
    );
    ~Session() { *self_ = nullptr; }
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Runs `serve` with the session's own writer beside it, then closes. What was sent by then is
    /// still written, for at most the flush timeout: a peer that has shut down its sending side
    /// gets its answers. Throws what `serve` throws, or operation_aborted when cancelled.
    Awaitable<> run(const Serve& serve);

    /// Reads more bytes. False once the session is over: then there is nothing more to serve.
    Awaitable<bool> fill();
    /// The next frame of what has been read; valid until the next fill().
    std::optional<FrameView> next();

    /// Queues a frame and returns at once: it is written when the executor comes to it next, with
    /// what else is queued by then. A peer that lets too much pile up is closed.
    void send(wire::EncodedFrame frame);
    void send(MessageId id, const google::protobuf::MessageLite& body);
    void say_hello();

    /// Waits until at most that many bytes are unsent, or the session is over: for whoever answers
    /// a peer that requests faster than it reads.
    Awaitable<> drain_to(std::size_t bytes);

    /// Closes what is past a deadline, and says Hello when a heartbeat is due. To be called a few
    /// times in the shortest of the timeouts.
    void enforce_deadlines(Clock::time_point now);
    /// As of SessionState.
    void set_idle_timeout(std::chrono::milliseconds timeout) { state_.set_idle_timeout(timeout); }
    void set_heartbeat(
        std::chrono::milliseconds heartbeat, std::chrono::milliseconds answer_timeout
    ) {
        state_.set_heartbeat(heartbeat, answer_timeout);
    }
    Clock::time_point last_received() const { return state_.last_received(); }
    /// Ends reading and writing at once; only the first reason counts.
    void close(std::string reason);
    bool open() const { return state_.open(); }
    const std::string& close_reason() const { return state_.close_reason(); }

    PeerKind peer_kind() const { return state_.peer().kind(); }
    /// `changed` is called whenever the peer's kind has come out or has changed, in the middle of
    /// next() or enforce_deadlines(); it may close the session.
    void on_peer_kind(std::function<void()> changed) { peer_kind_changed_ = std::move(changed); }
    const std::optional<wire::PeerIdentity>& peer() const { return state_.peer().identity(); }
    /// The largest body, in bytes, that the peer accepts.
    std::size_t max_body() const { return state_.peer().max_body(); }
    const tcp::endpoint& remote() const { return stream_.remote(); }
    const tcp::endpoint& local() const { return stream_.local(); }
    /// Bytes that wait to be written.
    std::size_t unsent() const { return state_.unsent(); }

private:
    Awaitable<> serve_and_flush(const Serve& serve);
    Awaitable<> write_rest();
    Awaitable<> flush();
    void write_soon();
    void write_now();
    void follow_state();
    void follow_peer();

    runtime::Stream stream_;
    const SessionOptions& options_;
    spdlog::logger& log_;
    SessionState state_;
    PeerKind last_kind_;
    std::function<void()> peer_kind_changed_;
    runtime::Event write_wanted_;
    runtime::Event written_;
    bool write_posted_ = false;
    bool writes_rest_ = false;
    std::shared_ptr<Session*> self_;  // to null at the end, for what was posted
};

}  // namespace lars::net
