#include "swarm.hpp"

#include "stamp.hpp"
#include "wire/identity.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <stdexcept>
#include <utility>

namespace lars::bench {
namespace {

constexpr auto kConnectTimeout = std::chrono::milliseconds(1'000);  // as an agent's link

std::string hello_frame() {
    const wire::Identity self{.role = ROLE_AGENT, .shards = 3};
    std::string bytes;
    wire::append_frame(bytes, ID_Hello, wire::hello_of(self));
    return bytes;
}

void append_request(std::string& bytes, int modid) {
    GetRouteRequest request;
    request.set_modid(modid);
    request.set_cmdid(1);
    wire::append_frame(bytes, ID_GetRouteRequest, request);
}

int connected_error(int socket) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

void say(const char* format, auto... values) {
    std::printf(format, values...);
    std::fflush(stdout);
}

}  // namespace

Swarm::Swarm(const Options& options)
    : options_(options),
      hello_(hello_frame()),
      opening_(hello_),
      sessions_(static_cast<std::size_t>(options.sessions)),
      lowest_(static_cast<std::size_t>(options.modules), LowestMarker(options.sessions)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    for (int modid = 1; modid <= options_.modules; ++modid) append_request(opening_, modid);
    for (auto& session : sessions_) {
        session.seen.resize(static_cast<std::size_t>(options_.modules));
        schedule(session, session.backoff.next(static_cast<std::uint32_t>(random_())));
    }
}

void Swarm::run() {
    std::array<epoll_event, 256> events;
    while (true) {
        wake_due();
        const int ready =
            ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), until_next_wake());
        for (int i = 0; i < ready; ++i) {
            handle_event(sessions_[events[static_cast<std::size_t>(i)].data.u64]);
        }
    }
}

void Swarm::wake_due() {
    const auto now = Clock::now();
    while (!wakes_.empty() && wakes_.top().at <= now) {
        const auto wake_up = wakes_.top();
        wakes_.pop();
        auto& session = sessions_[wake_up.session];
        if (session.due == wake_up.at) wake(session);  // else it has another one by now
    }
}

int Swarm::until_next_wake() const {
    if (wakes_.empty()) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(wakes_.top().at - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
}

void Swarm::schedule(Session& session, std::chrono::milliseconds delay) {
    session.due = Clock::now() + delay;
    wakes_.push({session.due, static_cast<std::size_t>(&session - sessions_.data())});
}

void Swarm::wake(Session& session) {
    if (session.socket < 0) return connect(session);
    if (session.connecting || !send(session, hello_)) return lose(session);
    schedule(session, options_.hello_interval);
}

void Swarm::handle_event(Session& session) {
    if (session.connecting) {
        begin(session);
    } else {
        read(session);
    }
}

void Swarm::connect(Session& session) {
    ++attempts_;
    session.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (session.socket < 0) throw std::runtime_error("no socket: too few descriptors?");
    const int on = 1;
    ::setsockopt(session.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(options_.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int result = ::connect(session.socket, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    if (result != 0 && errno != EINPROGRESS) return lose(session);
    session.connecting = true;
    watch(session, EPOLL_CTL_ADD, EPOLLOUT);
    schedule(session, kConnectTimeout);
}

void Swarm::begin(Session& session) {
    if (connected_error(session.socket) != 0) return lose(session);
    session.connecting = false;
    watch(session, EPOLL_CTL_MOD, EPOLLIN);
    if (!send(session, opening_)) return lose(session);
    schedule(session, options_.hello_interval);
}

void Swarm::read(Session& session) {
    const auto space = session.reader.prepare();
    const auto size = ::recv(session.socket, space.data(), space.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return lose(session);
    session.reader.commit(static_cast<std::size_t>(size));
    while (const auto frame = session.reader.next()) {
        if (frame->id != ID_GetRouteResponse) continue;
        if (!wire::parse_body(frame->body, response_)) throw std::runtime_error("not a route");
        take_route(session);
    }
}

void Swarm::lose(Session& session) {
    ::close(session.socket);
    session.socket = -1;
    session.connecting = false;
    session.reader = net::FrameReader(kMaxHelloBody);
    if (session.answers >= options_.modules) --served_;
    session.answers = 0;
    schedule(session, session.backoff.next(static_cast<std::uint32_t>(random_())));
}

// What a session has to send is far less than a socket takes at once.
bool Swarm::send(Session& session, const std::string& bytes) {
    const auto sent = ::send(session.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    return sent == static_cast<ssize_t>(bytes.size());
}

void Swarm::watch(Session& session, int operation, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = static_cast<std::uint64_t>(&session - sessions_.data());
    ::epoll_ctl(epoll_, operation, session.socket, &event);
}

void Swarm::take_route(Session& session) {
    const auto module = static_cast<std::size_t>(response_.modid() - 1);
    if (module >= lowest_.size()) throw std::runtime_error("a route that wasn't asked for");
    auto& seen = session.seen[module];
    const auto marker = marker_of(response_);
    if (marker > seen) {
        const auto reached = lowest_[module].move(std::exchange(seen, marker), marker);
        if (reached) {
            const auto now = Stamp::now();
            say("marker %d %u %ld %ld\n", response_.modid(), *reached, now.real, now.monotonic);
        }
    }
    count_answer(session);
}

void Swarm::count_answer(Session& session) {
    if (++session.answers != options_.modules) return;
    session.backoff.reset();
    if (++served_ < options_.sessions) return;
    const auto now = Stamp::now();
    say("served %ld %ld %lu\n", now.real, now.monotonic, attempts_);
}

}  // namespace lars::bench
