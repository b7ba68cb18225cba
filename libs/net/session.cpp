#include "net/session.hpp"

#include "runtime/nursery.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace lars::net {

Session::Session(
    runtime::Stream stream,
    const SessionOptions& options,
    const wire::Identity& self,
    SessionCounters& counters,
    spdlog::logger& log,
    PeerExpectation expected
)
    : stream_(std::move(stream)),
      options_(options),
      log_(log),
      state_(options, self, counters, Clock::now(), expected),
      last_kind_(peer_kind()),
      write_wanted_(stream_.executor()),
      written_(stream_.executor()),
      self_(std::make_shared<Session*>(this)) {}

Awaitable<> Session::run(const Serve& serve) {
    runtime::Nursery nursery(stream_.executor(), log_);
    nursery.add("session writer", write_rest());
    auto serving = serve_and_flush(serve);
    co_await nursery.run(std::move(serving));
}

Awaitable<> Session::serve_and_flush(const Serve& serve) {
    struct CloseAtEnd {
        Session& session;
        const char* reason;
        ~CloseAtEnd() { session.close(reason); }
    } at_end{*this, "stopped"};
    co_await serve(*this);
    co_await flush();
    at_end.reason = "finished";
}

Awaitable<bool> Session::fill() {
    if (!state_.wants_bytes()) co_return false;
    const auto space = state_.prepare();
    const auto [error, size] = co_await stream_.read_some(space);
    if (error) {
        state_.end_reading(error);
        follow_state();
        co_return false;
    }
    state_.receive(size, Clock::now());
    co_return true;
}

std::optional<FrameView> Session::next() {
    const auto frame = state_.next();
    follow_peer();
    follow_state();
    return frame;
}

void Session::send(wire::EncodedFrame frame) {
    state_.send(std::move(frame));
    follow_state();
}

void Session::send(MessageId id, const google::protobuf::MessageLite& body) {
    send(wire::encode_frame(id, body));
}

void Session::say_hello() {
    state_.say_hello(Clock::now());
    follow_state();
}

void Session::enforce_deadlines(Clock::time_point now) {
    state_.enforce_deadlines(now);
    follow_peer();
    follow_state();
}

void Session::close(std::string reason) {
    state_.close(std::move(reason));
    follow_state();
}

// Does what the state has decided: its end is the stream's end, and what it queued is to be
// written.
void Session::follow_state() {
    if (state_.open()) {
        if (state_.has_unsent()) write_soon();
    } else if (stream_.is_open()) {
        stream_.close();
        write_wanted_.notify();
        written_.notify();
    }
}

void Session::follow_peer() {
    const auto kind = peer_kind();
    if (std::exchange(last_kind_, kind) == kind) return;
    if (peer_kind_changed_) peer_kind_changed_();
}

void Session::write_soon() {
    if (write_posted_ || writes_rest_) return;
    write_posted_ = true;
    asio::post(stream_.executor(), [self = self_] {
        if (*self) (*self)->write_now();
    });
}

// Nearly always the kernel takes all of it. To wake a coroutine for that would cost as much again:
// a change may go to thousands of sessions.
void Session::write_now() {
    write_posted_ = false;
    if (!state_.open() || !state_.has_unsent() || writes_rest_) return;
    const auto buffers = state_.begin_write(Clock::now());
    const auto [error, size] = stream_.try_write_some(buffers);
    state_.end_write(size, error);
    written_.notify();
    if (error) return follow_state();
    if (state_.has_unsent()) write_wanted_.notify();
}

// What the kernel had no room for.
Awaitable<> Session::write_rest() {
    while (state_.open()) {
        writes_rest_ = false;
        co_await write_wanted_.wait();
        writes_rest_ = true;
        while (state_.open() && state_.has_unsent()) {
            const auto buffers = state_.begin_write(Clock::now());
            const auto [error, size] = co_await stream_.write_some(buffers);
            state_.end_write(size, error);
            written_.notify();
            if (error) follow_state();
        }
    }
}

Awaitable<> Session::flush() {
    const auto deadline = Clock::now() + options_.flush_timeout;
    while (state_.open() && state_.has_unsent() && Clock::now() < deadline) {
        co_await written_.wait_until(deadline);
    }
}

Awaitable<> Session::drain_to(std::size_t bytes) {
    while (state_.open() && state_.unsent() > bytes) co_await written_.wait();
}

}  // namespace lars::net
