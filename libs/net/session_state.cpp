#include "net/session_state.hpp"

#include <boost/asio/error.hpp>

#include <utility>

namespace lars::net {
namespace {

// Of a peer that answers Hello: two answers may be late or lost with their segment, a third isn't.
constexpr int kHeartbeatsUnanswered = 3;

}  // namespace

SessionState::SessionState(
    const SessionOptions& options,
    const wire::Identity& self,
    SessionCounters& counters,
    Clock::time_point now,
    PeerExpectation expected
)
    : options_(options),
      self_(self),
      counters_(counters),
      reader_(kMaxTcpBody),
      queue_(options.high_water),
      peer_(expected, now, options.hello_timeout),
      idle_timeout_(options.idle_timeout),
      heartbeat_(options.heartbeat),
      answer_timeout_(options.answer_timeout),
      received_(now),
      greeted_(now) {}

void SessionState::receive(std::size_t size, Clock::time_point now) {
    reader_.commit(size);
    received_ = now;
}

void SessionState::end_reading(const error_code& error) {
    const bool own_stop = error == asio::error::operation_aborted;
    const auto cut_short = reader_.end_of_stream();
    if (cut_short && open() && !own_stop) counters_.bad_input.count(*cut_short);
    // A peer that has only shut down its sending side still reads its answers.
    if (error != asio::error::eof) close(error.message());
}

std::optional<FrameView> SessionState::next() {
    while (open()) {
        const auto frame = reader_.next();
        if (!frame) break;
        frame_seen_ = true;
        half_frame_since_.reset();
        if (handle_hello(*frame)) continue;
        peer_.speak();
        return frame;
    }
    check_stream();
    return std::nullopt;
}

// All whole frames have been taken out: what is left is half a frame, nothing, or no frame at all.
void SessionState::check_stream() {
    if (const auto kind = reader_.broken(); kind && open()) {
        counters_.bad_input.count(*kind);
        close(make_error_code(*kind).message());
    }
    if (!reader_.in_frame()) {
        half_frame_since_.reset();
    } else if (!half_frame_since_) {
        half_frame_since_ = received_;
    }
}

bool SessionState::handle_hello(const FrameView& frame) {
    if (frame.id == ID_Hello) {
        if (meet<Hello>(frame)) send(wire::encode_frame(ID_HelloAck, wire::hello_ack_of(self_)));
        return true;
    }
    if (frame.id == ID_HelloAck) {
        meet<HelloAck>(frame);
        return true;
    }
    return false;
}

// False, and counted, when the frame isn't the message: the session goes on as if it hadn't come.
template <class Message>
bool SessionState::meet(const FrameView& frame) {
    Message message;
    if (!wire::parse_body(frame.body, message)) {
        counters_.bad_input.count(Errc::undecodable_body);
        return false;
    }
    peer_.identify(wire::identity_of(message));
    reader_.set_max_body(kMaxHelloBody);
    return true;
}

void SessionState::send(wire::EncodedFrame frame) {
    if (!open()) return;
    if (queue_.push(std::move(frame))) return;
    counters_.slow_readers.add();
    close("the peer doesn't read: " + std::to_string(queue_.bytes()) + " bytes unsent");
}

void SessionState::say_hello(Clock::time_point now) {
    greeted_ = now;
    send(wire::encode_frame(ID_Hello, wire::hello_of(self_)));
}

std::span<const asio::const_buffer> SessionState::begin_write(Clock::time_point now) {
    writing_since_ = now;
    return queue_.gather();
}

void SessionState::end_write(std::size_t size, const error_code& error) {
    writing_since_.reset();
    queue_.consume(size);
    if (error) close(error.message());
}

void SessionState::enforce_deadlines(Clock::time_point now) {
    if (!open()) return;
    peer_.judge(now);
    if (half_frame_since_ && now >= *half_frame_since_ + options_.half_frame_timeout) {
        counters_.bad_input.count(Errc::half_frame_timeout);
        return close("half a frame and then silence");
    }
    if (writing_since_ && now >= *writing_since_ + options_.write_timeout) {
        counters_.slow_readers.add();
        return close("the peer doesn't read");
    }
    if (expects_sign_of_life() && now >= received_ + idle_timeout_) {
        counters_.idle.add();
        return close("idle");
    }
    if (heartbeat_.count() == 0 || now < greeted_ + heartbeat_) return;
    if (peer_.knows_hello() && now >= received_ + answer_timeout()) {
        return close(
            peer_.identity() ? "the peer no longer answers" : "the peer doesn't answer Hello"
        );
    }
    say_hello(now);
}

std::chrono::milliseconds SessionState::answer_timeout() const {
    if (answer_timeout_.count() > 0) return answer_timeout_;
    return kHeartbeatsUnanswered * heartbeat_;
}

void SessionState::close(std::string reason) {
    if (!open()) return;
    open_ = false;
    close_reason_ = std::move(reason);
}

}  // namespace lars::net
