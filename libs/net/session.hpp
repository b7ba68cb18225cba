#pragma once

#include "metrics/registry.hpp"
#include "net/frame_reader.hpp"
#include "net/write_queue.hpp"
#include "runtime/event.hpp"
#include "runtime/task_group.hpp"
#include "wire/frame.hpp"
#include "wire/identity.hpp"

#include <functional>
#include <optional>
#include <string>

namespace lars::net {

struct SessionOptions {
    /// Silence after which a peer is given up, if it is one that would send Hello in between, or
    /// has sent no frame yet. An original agent may rightly be silent for hours and never connects
    /// again when it is closed: TCP keepalive looks after that one.
    std::chrono::milliseconds idle_timeout{60'000};
    /// From the first byte of a frame to its last.
    std::chrono::milliseconds half_frame_timeout{10'000};
    /// How long one write may make no progress.
    std::chrono::milliseconds write_timeout{20'000};
    /// Unsent bytes at which a peer that doesn't read is closed.
    std::size_t high_water = 8 << 20;
    /// Above 0: say Hello this often, and give the peer up when it is silent for three times this
    /// long although it answers Hello.
    std::chrono::milliseconds heartbeat{0};
};

/// What sessions count, looked up once for all of them.
struct SessionCounters {
    explicit SessionCounters(metrics::Registry& metrics);
    metrics::BadInput bad_input;
    metrics::Counter& slow_readers;
    metrics::Counter& idle;
};

/// What is known of the process at the other end.
enum class PeerKind {
    unknown,   ///< connected less than a second ago, no Hello yet
    original,  ///< hasn't answered or said Hello within a second
    ours,      ///< has
};

/// What a peer said of itself in Hello.
struct PeerIdentity {
    wire::InstanceId instance{};
    Role role = ROLE_UNKNOWN;
    std::uint32_t max_body = 0;
};

/// One TCP connection that carries frames; the same for the accepting and the connecting side.
/// Hello and its answer are handled here. Belongs to the executor of its stream. There may be tens
/// of thousands, so each holds little, and its owner looks at the clock for all of them.
///
///     while (co_await session.fill())
///         while (const auto frame = session.next()) dispatch(*frame);
class Session {
public:
    using Serve = std::function<Awaitable<>(Session&)>;

    Session(
        Stream stream,
        const SessionOptions& options,
        const wire::Identity& self,
        SessionCounters& counters,
        spdlog::logger& log
    );

    /// Runs `serve` with the session's own writer beside it, and closes. Answers to a
    /// peer that has shut down its sending side are still written. Throws what `serve` throws.
    Awaitable<> run(const Serve& serve);

    /// Reads more bytes. False once the session is over: then there is nothing more to serve.
    Awaitable<bool> fill();
    /// The next frame of what has been read; valid until the next fill().
    std::optional<FrameView> next();

    void send(wire::EncodedFrame frame);
    void send(MessageId id, const google::protobuf::MessageLite& body);
    void say_hello();

    /// Waits until at most that many bytes are unsent, or the session is over: for whoever answers
    /// a peer that asks faster than it reads.
    Awaitable<> drain_to(std::size_t bytes);

    /// Closes what is past a deadline, and says Hello when a heartbeat is due. To be called a few
    /// times in the shortest of the timeouts.
    void enforce_deadlines(Clock::time_point now);
    void close(std::string reason);
    bool open() const { return stream_.is_open(); }
    const std::string& close_reason() const { return close_reason_; }

    PeerKind peer_kind() const;
    const std::optional<PeerIdentity>& peer() const { return peer_; }
    /// The largest body that the peer accepts.
    std::size_t max_body() const;
    const tcp::endpoint& remote() const { return remote_; }
    const tcp::endpoint& local() const { return local_; }
    std::size_t unsent() const { return queue_.bytes(); }

private:
    Awaitable<> write();
    Awaitable<> flush();
    bool handle_hello(const FrameView& frame);
    void meet(const std::string& instance, std::uint32_t role, std::uint32_t max_body);
    void count_broken();

    Stream stream_;
    tcp::endpoint remote_;
    tcp::endpoint local_;
    const SessionOptions& options_;
    const wire::Identity& self_;
    SessionCounters& counters_;
    FrameReader reader_;
    WriteQueue queue_;
    runtime::Event write_wanted_;
    runtime::Event written_;
    runtime::TaskGroup workers_;
    std::string close_reason_;
    std::optional<PeerIdentity> peer_;
    Clock::time_point opened_ = Clock::now();
    Clock::time_point received_ = opened_;
    Clock::time_point greeted_ = opened_;
    std::optional<Clock::time_point> half_frame_since_;
    std::optional<Clock::time_point> writing_since_;
    bool frame_seen_ = false;
};

}  // namespace lars::net
