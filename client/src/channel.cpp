#include "channel.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <random>

namespace lars::client {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLargestDatagram = 65'507;

// Raised in each child of a fork().
std::atomic<unsigned> generation{0};

void watch_forks() {
    static std::once_flag once;
    std::call_once(once, [] { ::pthread_atfork(nullptr, nullptr, [] { ++generation; }); });
}

}  // namespace

Channel::Channel(const AgentAddress& agent, std::chrono::milliseconds timeout)
    : agent_(agent),
      timeout_(timeout),
      sockets_(agent.shards, -1),
      in_(kLargestDatagram),
      seq_(std::random_device{}()) {
    watch_forks();
    generation_ = generation;
}

Channel::~Channel() {
    for (const auto socket : sockets_) {
        if (socket >= 0) ::close(socket);
    }
}

bool Channel::forked() const {
    return generation_ != generation;
}

int Channel::socket_of(std::uint32_t shard) {
    auto& socket = sockets_[shard];
    if (socket >= 0) return socket;
    const auto where = agent_.of_shard(shard);
    const auto* address = reinterpret_cast<const sockaddr*>(&where.address);
    const auto fresh = ::socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fresh < 0) return -1;
    if (::connect(fresh, address, where.size) != 0) {
        ::close(fresh);
        return -1;
    }
    return socket = fresh;
}

bool Channel::send(std::uint32_t shard) {
    const auto socket = socket_of(shard);
    if (socket < 0) return false;
    // The first error may be the news of an earlier datagram.
    for (int attempt = 0; attempt < 2; ++attempt) {
        if (::send(socket, out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return true;
        if (errno != ECONNREFUSED && errno != EINTR) return false;
    }
    return false;
}

bool Channel::exchange(std::uint32_t shard, const std::function<bool(std::string_view)>& accept) {
    const auto begin = Clock::now();
    const auto socket = socket_of(shard);
    if (socket < 0) return false;
    int refusals = 0;
    for (int attempt = 1; attempt <= kTries; ++attempt) {
        if (!send(shard)) return false;
        switch (await(socket, begin + timeout_ * attempt / kTries, accept)) {
            case Wait::answered:
                return true;
            case Wait::timed_out:
                break;
            case Wait::refused:
                if (++refusals == 2) return false;
        }
    }
    return false;
}

Channel::Wait Channel::await(
    int socket, Clock::time_point until, const std::function<bool(std::string_view)>& accept
) {
    while (true) {
        const auto size = ::recv(socket, in_.data(), in_.size(), MSG_DONTWAIT);
        if (size >= 0) {
            if (accept({in_.data(), static_cast<std::size_t>(size)})) return Wait::answered;
        } else if (errno == ECONNREFUSED) {
            return Wait::refused;
        } else if (errno != EAGAIN && errno != EINTR) {
            return Wait::timed_out;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
        if (left.count() <= 0) return Wait::timed_out;
        if (size >= 0) continue;
        pollfd wait{socket, POLLIN, 0};
        ::poll(&wait, 1, static_cast<int>(left.count()));
    }
}

}  // namespace lars::client
