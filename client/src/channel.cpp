#include "channel.hpp"

#include "base/run_delay.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

namespace lars::client {
namespace {

constexpr std::size_t kLargestDatagram = 65'507;
// Of one address, before the clock is looked at: whatever comes, a question ends.
constexpr int kDatagramsAtOnce = 64;
constexpr auto kDelayInterval = std::chrono::milliseconds(50);

struct SocketAddress {
    sockaddr_in6 bytes{};  // IPv4 in the first ones as a sockaddr_in
    socklen_t size = 0;

    const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&bytes); }
};

bool is_ipv4(const HostAddress& address) {
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return std::equal(kMapped.begin(), kMapped.end(), address.bytes.begin());
}

SocketAddress to_socket_address(const HostAddress& address, std::uint32_t port) {
    SocketAddress out;
    const auto network_port = htons(static_cast<std::uint16_t>(port));
    if (is_ipv4(address)) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = network_port;
        std::memcpy(&v4.sin_addr, &address.bytes[12], sizeof v4.sin_addr);
        std::memcpy(&out.bytes, &v4, sizeof v4);
        out.size = sizeof v4;
    } else {
        out.bytes.sin6_family = AF_INET6;
        out.bytes.sin6_port = network_port;
        out.bytes.sin6_scope_id = address.scope;
        std::memcpy(&out.bytes.sin6_addr, address.bytes.data(), address.bytes.size());
        out.size = sizeof out.bytes;
    }
    return out;
}

// Forgotten first: after a fork() in between, the child must not close what the number stands for
// by then.
void close_socket(int& socket) {
    const auto closed = std::exchange(socket, -1);
    if (closed >= 0) ::close(closed);
}

}  // namespace

Channel::Channel(std::shared_ptr<AgentLocator> locator, std::chrono::nanoseconds spin)
    : locator_(std::move(locator)),
      list_(&locator_->current()),
      sockets_(AddressList::kMax * locator_->agent().shards, -1),
      seq_(std::random_device{}()),
      spin_(spin) {}

Channel::~Channel() {
    close();
}

void Channel::close() {
    for (auto& each : sockets_) close_socket(each);
}

void Channel::renew(std::uint32_t shard) {
    for (std::size_t i = 0; i < AddressList::kMax; ++i) close_socket(socket_at(i, shard));
}

int& Channel::socket_at(std::size_t address, std::uint32_t shard) {
    return sockets_[address * locator_->agent().shards + shard];
}

bool Channel::open(std::size_t address, std::uint32_t shard) {
    const auto where = to_socket_address(list_->addresses[address], locator_->agent().port + shard);
    auto& socket = socket_at(address, shard);
    socket = ::socket(where.data()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    if (::connect(socket, where.data(), where.size) == 0) return true;
    close_socket(socket);
    return false;
}

bool Channel::send_to(std::size_t address, std::uint32_t shard) {
    if (socket_at(address, shard) < 0 && !open(address, shard)) return false;
    const auto socket = socket_at(address, shard);
    // The first error may be the news of an earlier datagram.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (::send(socket, out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return true;
        if (errno != ECONNREFUSED && errno != EINTR) return false;
    }
    return false;
}

// Of this host, the kernel knows it as soon as it has sent.
bool Channel::refuses(std::size_t address, std::uint32_t shard) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket_at(address, shard), SOL_SOCKET, SO_ERROR, &error, &size);
    return error != 0;
}

bool Channel::send(std::uint32_t shard) {
    follow_locator();
    const auto count = list_->addresses.size();
    const auto preferred = list_->preferred.load(std::memory_order_relaxed);
    const bool sure = count == 1 || list_->answered.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < count; ++i) {
        const auto address = (preferred + i) % count;
        if (send_to(address, shard) && (sure || !refuses(address, shard))) return true;
    }
    locator_->unanswered(Clock::now());
    return false;
}

bool Channel::exchange(
    std::uint32_t shard,
    Clock::time_point begin,
    Clock::time_point deadline,
    Encode encode,
    Accept accept
) {
    auto question = this->begin(shard, begin, deadline);
    while (true) {
        const auto progress = advance(question, encode, accept);
        if (progress != Progress::waiting) return progress == Progress::answered;
        if (!may_look(Clock::now())) wait(question);
    }
}

Question Channel::begin(std::uint32_t shard, Clock::time_point begin, Clock::time_point deadline) {
    follow_locator();
    return {shard, QuestionState(*list_, begin, deadline - begin), {seq_ + 1, seq_}};
}

Channel::Progress Channel::advance(Question& question, Encode encode, Accept accept) {
    auto& state = question.state;
    while (!state.over()) {
        while (state.has_due()) send_due(question, encode);
        const auto event = receive(question, accept);
        const auto now = Clock::now();
        if (event.kind == Event::answered) {
            spin_.end(now.time_since_epoch());
            prefer(event.address);
            return Progress::answered;
        }
        if (event.kind == Event::refused) {
            state.refused(event.address, now);
            continue;
        }
        if (now < state.wakes()) return Progress::waiting;
        state.wake(now);
        locator_->unanswered(now);
        if (follow_locator()) state.readdress(*list_);
    }
    locator_->unanswered(Clock::now());
    return Progress::over;
}

void Channel::send_due(Question& question, Encode encode) {
    const auto due = question.state.drain_due();
    question.asked.last = ++seq_;
    encode(out_, seq_);
    for (std::size_t i = 0; i < list_->addresses.size(); ++i) {
        if (due[i] && !send_to(i, question.shard)) question.state.unreachable(i, Clock::now());
    }
    spin_.begin(Clock::now().time_since_epoch());
}

// Who only reports needs no room for answers.
Channel::Event Channel::receive(const Question& question, Accept accept) {
    if (!in_) in_.reset(new char[kLargestDatagram]);
    for (std::size_t i = 0; i < list_->addresses.size(); ++i) {
        if (!question.state.asked()[i]) continue;
        const auto socket = socket_at(i, question.shard);
        for (int datagrams = 0; datagrams < kDatagramsAtOnce; ++datagrams) {
            const auto size = ::recv(socket, in_.get(), kLargestDatagram, MSG_DONTWAIT);
            if (size < 0 && errno == EINTR) continue;
            if (size < 0 && errno == EAGAIN) break;
            if (size < 0) return {Event::refused, i};
            const std::string_view datagram(in_.get(), static_cast<std::size_t>(size));
            if (accept(datagram, question.asked)) return {Event::answered, i};
        }
    }
    return {Event::nothing};
}

Channel::Waits Channel::waits_of(const Question& question) {
    Waits waits;
    for (std::size_t i = 0; i < list_->addresses.size(); ++i) {
        if (!question.state.asked()[i]) continue;
        waits.sockets[waits.count++] = {socket_at(i, question.shard), POLLIN, 0};
    }
    return waits;
}

void Channel::wait(const Question& question) {
    auto waits = waits_of(question);
    const auto left = question.state.wakes() - Clock::now();
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    if (ms > 0) ::poll(waits.sockets.data(), waits.count, static_cast<int>(ms));
}

// A channel goes from thread to thread: a count that another one began is left aside.
bool Channel::may_look(Clock::time_point now) {
    if (!spin_.may_look(now.time_since_epoch())) return false;
    if (now - delay_noted_ >= kDelayInterval) {
        const auto so_far = run_delay();
        const bool same_span = now - delay_noted_ < 2 * kDelayInterval;
        const auto delay = same_span && so_far >= delay_ ? so_far - delay_ : so_far.zero();
        spin_.note_delay(delay, now.time_since_epoch());
        delay_noted_ = now;
        delay_ = so_far;
    }
    return spin_.may_look(now.time_since_epoch());
}

// What is the same already isn't written: all threads read it.
void Channel::prefer(std::size_t address) {
    if (!list_->answered.load(std::memory_order_relaxed)) list_->answered = true;
    if (list_->preferred.load(std::memory_order_relaxed) == address) return;
    list_->preferred = address;
    const auto shards = locator_->agent().shards;
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        if (i / shards != address) close_socket(sockets_[i]);
    }
}

bool Channel::follow_locator() {
    const auto* current = &locator_->current();
    if (current == list_) return false;
    close();
    list_ = current;
    return true;
}

}  // namespace lars::client
