#include "net/session.hpp"

#include <netinet/tcp.h>

#include <algorithm>
#include <exception>

namespace lars::net {
namespace {

constexpr auto kHelloTimeout = std::chrono::seconds(1);
constexpr auto kFlushTimeout = std::chrono::seconds(2);

// Without these a peer whose host has vanished is noticed after hours.
void enable_keepalive(Stream& stream) {
    const auto set = [&stream](int level, int name, int value) {
        ::setsockopt(stream.native_handle(), level, name, &value, sizeof value);
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 15);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
    set(IPPROTO_TCP, TCP_KEEPCNT, 3);
    set(IPPROTO_TCP, TCP_NODELAY, 1);
}

}  // namespace

SessionCounters::SessionCounters(metrics::Registry& metrics)
    : bad_input(metrics),
      slow_readers(metrics.counter(
          "lars_sessions_closed_total", "Sessions closed by this side", {{"reason", "slow_reader"}}
      )),
      idle(metrics.counter(
          "lars_sessions_closed_total", "Sessions closed by this side", {{"reason", "idle"}}
      )) {}

Session::Session(
    Stream stream,
    const SessionOptions& options,
    const wire::Identity& self,
    SessionCounters& counters,
    spdlog::logger& log
)
    : stream_(std::move(stream)),
      options_(options),
      self_(self),
      counters_(counters),
      reader_(kMaxTcpBody),
      queue_(options.high_water),
      write_wanted_(stream_.get_executor()),
      written_(stream_.get_executor()),
      workers_(stream_.get_executor(), log) {
    error_code ignored;  // a peer may be gone before it is asked for its name
    remote_ = stream_.remote_endpoint(ignored);
    local_ = stream_.local_endpoint(ignored);
    enable_keepalive(stream_);
}

Awaitable<> Session::run(const Serve& serve) {
    workers_.spawn("session writer", write());
    std::exception_ptr failure;
    try {
        co_await serve(*this);
        co_await flush();
    } catch (...) {
        failure = std::current_exception();
    }
    co_await asio::this_coro::throw_if_cancelled(false);
    close(failure ? "stopped" : "finished");
    workers_.cancel();
    co_await workers_.join();
    co_await asio::this_coro::throw_if_cancelled(true);
    const auto state = co_await asio::this_coro::cancellation_state;
    const bool cancelled = state.cancelled() != asio::cancellation_type::none;
    if (failure) std::rethrow_exception(failure);
    if (cancelled) throw boost::system::system_error(asio::error::operation_aborted);
}

Awaitable<bool> Session::fill() {
    if (!open() || reader_.broken()) co_return false;
    const auto space = reader_.prepare();
    const auto buffer = asio::buffer(space.data(), space.size());
    const auto [error, size] = co_await stream_.async_read_some(buffer, nothrow);
    if (error) {
        const bool own_stop = error == asio::error::operation_aborted;
        const auto kind = reader_.end_of_stream();
        if (kind && open() && !own_stop) counters_.bad_input.count(*kind);
        if (error != asio::error::eof) close(error.message());
        co_return false;
    }
    reader_.commit(size);
    received_ = Clock::now();
    co_return true;
}

std::optional<FrameView> Session::next() {
    while (open()) {
        auto frame = reader_.next();
        if (!frame) break;
        frame_seen_ = true;
        half_frame_since_.reset();
        if (!handle_hello(*frame)) return frame;
    }
    if (reader_.broken()) count_broken();
    if (!reader_.in_frame()) {
        half_frame_since_.reset();
    } else if (!half_frame_since_) {
        half_frame_since_ = received_;
    }
    return std::nullopt;
}

void Session::count_broken() {
    if (!open()) return;
    counters_.bad_input.count(*reader_.broken());
    close(make_error_code(*reader_.broken()).message());
}

void Session::send(wire::EncodedFrame frame) {
    if (!open()) return;
    if (!queue_.push(std::move(frame))) {
        counters_.slow_readers.add();
        close("the peer doesn't read: " + std::to_string(queue_.bytes()) + " bytes unsent");
        return;
    }
    write_wanted_.notify();
}

void Session::send(MessageId id, const google::protobuf::MessageLite& body) {
    send(wire::encode_frame(id, body));
}

void Session::say_hello() {
    greeted_ = Clock::now();
    send(ID_Hello, wire::hello_of(self_));
}

void Session::close(std::string reason) {
    if (!open()) return;
    close_reason_ = std::move(reason);
    error_code ignored;
    stream_.close(ignored);
    write_wanted_.notify();
    written_.notify();
}

PeerKind Session::peer_kind() const {
    if (peer_) return PeerKind::ours;
    return Clock::now() - opened_ < kHelloTimeout ? PeerKind::unknown : PeerKind::original;
}

std::size_t Session::max_body() const {
    if (!peer_) return kMaxTcpBody;
    return std::clamp<std::size_t>(peer_->max_body, kMaxTcpBody, kMaxHelloBody);
}

bool Session::handle_hello(const FrameView& frame) {
    if (frame.id == ID_Hello) {
        Hello hello;
        if (!wire::parse_body(frame.body, hello)) {
            counters_.bad_input.count(Errc::undecodable_body);
            return true;
        }
        meet(hello.instance(), hello.role(), hello.max_body());
        send(ID_HelloAck, wire::hello_ack_of(self_));
        return true;
    }
    if (frame.id == ID_HelloAck) {
        HelloAck answer;
        if (!wire::parse_body(frame.body, answer)) {
            counters_.bad_input.count(Errc::undecodable_body);
            return true;
        }
        meet(answer.instance(), answer.role(), answer.max_body());
        return true;
    }
    return false;
}

void Session::meet(const std::string& instance, std::uint32_t role, std::uint32_t max_body) {
    auto& peer = peer_ ? *peer_ : peer_.emplace();
    peer.role = static_cast<Role>(role);
    peer.max_body = max_body;
    std::copy_n(
        instance.begin(), std::min(instance.size(), peer.instance.size()), peer.instance.begin()
    );
    reader_.set_max_body(kMaxHelloBody);
}

Awaitable<> Session::write() {
    while (open()) {
        if (queue_.empty()) {
            co_await write_wanted_.wait();
            continue;
        }
        const auto buffers = queue_.gather();
        writing_since_ = Clock::now();
        const auto [error, size] = co_await stream_.async_write_some(buffers, nothrow);
        writing_since_.reset();
        queue_.consume(size);
        written_.notify();
        if (error) close(error.message());
    }
}

void Session::enforce_deadlines(Clock::time_point now) {
    if (!open()) return;
    if (half_frame_since_ && now >= *half_frame_since_ + options_.half_frame_timeout) {
        counters_.bad_input.count(Errc::half_frame_timeout);
        return close("half a frame and then silence");
    }
    if (writing_since_ && now >= *writing_since_ + options_.write_timeout) {
        counters_.slow_readers.add();
        return close("the peer doesn't read");
    }
    if ((peer_ || !frame_seen_) && now >= received_ + options_.idle_timeout) {
        counters_.idle.add();
        return close("idle");
    }
    if (options_.heartbeat.count() == 0 || now < greeted_ + options_.heartbeat) return;
    if (peer_ && now >= received_ + 3 * options_.heartbeat) {
        return close("the peer no longer answers");
    }
    say_hello();
}

Awaitable<> Session::flush() {
    const auto deadline = Clock::now() + kFlushTimeout;
    while (open() && !queue_.empty() && Clock::now() < deadline) {
        co_await written_.wait_until(deadline);
    }
}

Awaitable<> Session::drain_to(std::size_t bytes) {
    while (open() && queue_.bytes() > bytes) co_await written_.wait();
}

}  // namespace lars::net
